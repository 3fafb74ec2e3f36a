// Writes the rows that failed, so that they can be mended and imported again.

import { Appender } from "./appender.js";
import { REASON } from "./csv.js";
import type { Row } from "./row.js";

/** A file of the rows that failed: CSV if the source is one, or else NDJSON. */
export class FailedRows {
  readonly #file: Appender;
  #isBegun = false;

  constructor(path: string) {
    this.#file = new Appender(path, "w");
  }

  add(row: Row, columns: readonly string[] | undefined, reason: string): void {
    if (columns === undefined) {
      this.#file.push(`${JSON.stringify({ ...row.values, [REASON]: reason })}\n`);
      return;
    }
    const own = columns.filter((column) => column !== "" && column !== REASON);
    if (!this.#isBegun) this.#file.push(csvLine([...own, REASON]));
    this.#isBegun = true;
    this.#file.push(csvLine([...own.map((column) => row.values[column]), reason]));
  }

  close(): void {
    this.#file.close();
  }
}

/** A line of a CSV, as RFC 4180 has it. */
export const csvLine = (values: readonly unknown[]): string => `${values.map(cell).join(",")}\n`;

function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
