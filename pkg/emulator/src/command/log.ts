// The log: lines on standard error. A request never waits for the log's reader; lines that do not fit a buffer are
// dropped, and the log says how many.

import { fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Writable } from "node:stream";

/** How much waits to be read, in bytes. */
const BUFFER_BYTES = 1024 * 1024;

/** How long lines are gathered, in milliseconds: writing each by itself costs a request more than the line. */
const GATHERING_MS = 5;

const LEVELS = ["off", "error", "warn", "info", "debug"] as const;

/** How much is logged. */
export type Level = (typeof LEVELS)[number];

/** What is said in one line. */
export type Entry = { level?: string; message?: string; [field: string]: unknown };

/** A stream to standard output (1) or standard error (2) that never blocks this process, also when nobody reads. */
export function output(descriptor: 1 | 2): Writable {
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  const kind = fstatSync(descriptor);
  // Node writes to a pipe and waits; as a socket, it does not.
  const isPipe = kind.isFIFO() || kind.isSocket();
  const made = isPipe ? new Socket({ fd: descriptor, readable: false, writable: true }) : stream;
  // The reader is gone: there is nobody to be told.
  made.on("error", () => {});
  return made;
}

/** A log. */
export class Log {
  readonly #out: Writable;
  readonly #most: number;
  readonly #format: "text" | "json";
  #lines: string[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(level: Level, format: "text" | "json", out: Writable) {
    this.#most = LEVELS.indexOf(level);
    this.#format = format;
    this.#out = out;
  }

  readonly add = (entry: Entry): void => {
    const level = String(entry.level ?? "info").toLowerCase() as Level;
    const rank = LEVELS.indexOf(level);
    if (rank > this.#most) return;
    if (this.#out.writableLength > BUFFER_BYTES) {
      this.#dropped += 1;
      return;
    }
    this.#lines.push(this.#line(level, entry));
    this.#timer ??= setTimeout(this.#write, GATHERING_MS).unref();
  };

  /** Writes what is left, but waits no longer than so many milliseconds for the reader. */
  flush(limitMs: number): Promise<void> {
    this.#write();
    return new Promise((resolve) => {
      setTimeout(resolve, limitMs);
      this.#out.write("", () => resolve());
    });
  }

  readonly #write = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#dropped > 0 && this.#out.writableLength <= BUFFER_BYTES) {
      const message = "lines of the log were dropped: they came faster than they were read";
      this.#lines.push(this.#line("warn", { message, dropped: this.#dropped }));
      this.#dropped = 0;
    }
    if (this.#lines.length > 0) this.#out.write(this.#lines.join(""));
    this.#lines = [];
  };

  #line(level: Level, { level: _, message = "", ...fields }: Entry): string {
    const time = new Date().toISOString();
    if (this.#format === "json") {
      return `${JSON.stringify({ timestamp: time, level: level.toUpperCase(), message, ...fields })}\n`;
    }
    const shown = Object.entries(fields)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
    return `${time} ${level.toUpperCase().padStart(5)} ${message}${shown.join("")}\n`;
  }
}
