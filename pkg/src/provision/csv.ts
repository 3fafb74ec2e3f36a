// Reads the records of a CSV: csv-parse takes the cells apart, many records at a time, and one by one where some of
// them are wrong, so that a wrong record is told by itself.

import { CometChatException } from "cometchat-users/server";
import { parse } from "csv-parse/sync";
import { joined, type Piece } from "./pieces.js";
import type { Reader, Row } from "./row.js";

const NEWLINE = new Uint8Array([10]);
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** What `--failed` adds to the columns of its input: not a column of the next input. */
export const REASON = "import_error";

/** What may be between two cells: the most frequent in the header is. */
const DELIMITERS = [",", ";", "\t"] as const;

export class CsvReader implements Reader {
  columns: string[] | undefined;
  readonly delimiter: (typeof DELIMITERS)[number];
  #number = 0;

  /** @param start The beginning of the file, in which the header shows what is between two cells. */
  constructor(start: Uint8Array) {
    const header = lenient.decode(start.subarray(0, 65536)).split("\n", 1)[0] as string;
    const count = (delimiter: string) => header.split(delimiter).length;
    const [most] = DELIMITERS.map((delimiter) => ({ delimiter, count: count(delimiter) })).sort(
      (a, b) => b.count - a.count,
    );
    this.delimiter = most?.delimiter ?? ",";
  }

  read(pieces: Piece[]): Row[] {
    let rest = pieces;
    if (this.columns === undefined) {
      const [header, ...others] = pieces;
      if (header === undefined) return [];
      this.columns = this.#header(header);
      rest = others;
    }
    const rows: Row[] = [];
    const sound = rest.filter(({ problem }) => problem === undefined);
    const all = sound.length > 0 ? this.#together(sound) : [];
    let at = 0;
    for (const piece of rest) {
      const cells = piece.problem === undefined ? all?.[at++] : undefined;
      const row = this.#row(piece, cells);
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }

  #header(piece: Piece): string[] {
    let cells: string[] | undefined;
    let why = piece.problem;
    try {
      if (why === undefined) [cells] = this.#cells(strict.decode(piece.bytes));
    } catch (error) {
      why = reason(error);
    }
    if (cells === undefined) {
      throw new CometChatException({
        code: "INVALID_SOURCE",
        message: `The header of the CSV, in line ${piece.line}, cannot be read: ${why}.`,
      });
    }
    const columns = cells.map((cell) => cell.trim());
    const twice = columns.find((column, at) => column !== "" && columns.indexOf(column) < at);
    if (twice !== undefined) {
      throw new CometChatException({
        code: "INVALID_SOURCE",
        message: `The header of the CSV has the column ${twice} twice.`,
        details: "Rename one of them.",
      });
    }
    return columns;
  }

  #cells(text: string): string[][] {
    return parse(text, {
      delimiter: this.delimiter,
      record_delimiter: "\n",
      relax_column_count: true,
    }) as string[][];
  }

  /** The cells of all of them, or nothing if any of them is wrong. */
  #together(pieces: Piece[]): string[][] | undefined {
    try {
      const records = this.#cells(
        strict.decode(joined(pieces.flatMap(({ bytes }) => [bytes, NEWLINE]))),
      );
      return records.length === pieces.length ? records : undefined;
    } catch {
      return undefined;
    }
  }

  #row(piece: Piece, cells: string[] | undefined): Row | undefined {
    let problem = piece.problem === undefined ? undefined : { message: piece.problem };
    let found = cells;
    if (found === undefined) {
      const text = lenient.decode(piece.bytes);
      try {
        if (problem === undefined) [found] = this.#cells(text);
        if (found !== undefined) problem = this.#encoding(piece.bytes, found);
      } catch (error) {
        problem = { message: reason(error) };
      }
      // Something of it, by which to find it again.
      found ??= [text];
    }
    if (problem === undefined && found.every((cell) => cell.trim() === "")) return undefined;
    const columns = this.columns as string[];
    const values: Record<string, unknown> = Object.create(null);
    for (const [at, column] of columns.entries()) {
      if (column !== "" && column !== REASON) values[column] = found[at] ?? "";
    }
    const row: Row = { number: ++this.#number, line: piece.line, end: piece.end, values };
    problem ??= this.#count(found.length);
    if (problem !== undefined) row.problem = problem;
    return row;
  }

  #encoding(bytes: Uint8Array, cells: string[]): Row["problem"] {
    try {
      strict.decode(bytes);
      return undefined;
    } catch {
      const at = cells.findIndex((cell) => cell.includes("\uFFFD"));
      const column = this.columns?.[at];
      return { ...(column !== undefined && { column }), message: "it is not valid UTF-8" };
    }
  }

  #count(count: number): Row["problem"] {
    const columns = this.columns as string[];
    if (count === columns.length) return undefined;
    const message = `it has ${count} cells, and the header has ${columns.length}`;
    const column = columns[count];
    return column === undefined ? { message } : { column, message };
  }
}

/** csv-parse's words, without the line: it counts from the beginning of a batch. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/,? (at|on) line \d+/g, "").replace(/, value is .*$/s, "");
}
