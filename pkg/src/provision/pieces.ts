// Cuts a stream of bytes into records: the lines of NDJSON, the records of a CSV, the elements of a JSON array. It
// keeps one record at most, and none that is larger than the bound; what a record means is for its reader.

/** A record's bytes, or how many there were of one that is too large. */
export interface Piece {
  bytes: Uint8Array;
  /** The line that it begins in, from 1 on. */
  line: number;
  /** How many bytes of the source are read with it. */
  end: number;
  /** Why it cannot be read: `bytes` are then its beginning. */
  problem?: string;
}

/** How large a record may be: the service takes no request over 10 KB. */
export const LARGEST_RECORD = 1024 * 1024;
const SHOWN = 100;

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const TAB = 9;
const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPENING = new Set([91, 123]);
const CLOSING = new Set([93, 125]);

const isBlank = (byte: number | undefined) =>
  byte === SPACE || byte === TAB || byte === NEWLINE || byte === RETURN;

/** Where a record ends, byte by byte. */
interface Grammar {
  /** Whether this byte, which does not belong to a record, ends one. */
  ends(byte: number): boolean;
  /** Why the source cannot end here. */
  unfinished(): string | undefined;
}

/** A record on each line; a CSV's may have line breaks between quotes. */
export class Lines implements Grammar {
  #isQuoted = false;
  #mayOpen = true;
  #line = 1;
  #openedIn = 1;

  /** @param delimiter The byte between two cells; without it, quotes mean nothing. */
  constructor(readonly delimiter?: number) {}

  ends(byte: number): boolean {
    if (byte === NEWLINE) this.#line++;
    if (byte === QUOTE && this.delimiter !== undefined) {
      if (this.#isQuoted) {
        this.#isQuoted = false;
        // Another quote right after it is a quote in the text.
        this.#mayOpen = true;
      } else if (this.#mayOpen) {
        this.#isQuoted = true;
        this.#openedIn = this.#line;
      }
      return false;
    }
    if (this.#isQuoted) return false;
    this.#mayOpen = byte === this.delimiter || byte === NEWLINE;
    return byte === NEWLINE;
  }

  unfinished(): string | undefined {
    if (!this.#isQuoted) return undefined;
    return `the quote opened in line ${this.#openedIn} is not closed, so all that follows belongs to it`;
  }
}

/** The elements of an array. */
export class Elements implements Grammar {
  #depth = 0;
  #isText = false;
  #isEscaped = false;

  ends(byte: number): boolean {
    if (this.#isText) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#isText = false;
      return false;
    }
    if (byte === QUOTE) this.#isText = true;
    else if (OPENING.has(byte)) return ++this.#depth === 1;
    else if (CLOSING.has(byte)) return --this.#depth === 0;
    return byte === COMMA && this.#depth === 1;
  }

  unfinished(): string | undefined {
    return this.#depth > 0 ? "the file ends in the middle of the array" : undefined;
  }
}

/** Cuts what it is given, in whatever chunks it comes. */
export class Cutter {
  readonly #grammar: Grammar;
  #kept: Uint8Array[] = [];
  #length = 0;
  #line = 1;
  #begunIn = 1;
  #read = 0;

  constructor(grammar: Grammar) {
    this.#grammar = grammar;
  }

  /** The records that end in this chunk; empty ones are left out. */
  cut(chunk: Uint8Array): Piece[] {
    const pieces: Piece[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte === NEWLINE) this.#line++;
      if (!this.#grammar.ends(byte)) continue;
      this.#keep(chunk.subarray(start, at));
      start = at + 1;
      this.#take(pieces, this.#read + start);
    }
    this.#keep(chunk.subarray(start));
    this.#read += chunk.length;
    return pieces;
  }

  /** The last record, which nothing ends. */
  end(): Piece[] {
    const pieces: Piece[] = [];
    const problem = this.#grammar.unfinished();
    this.#take(pieces, this.#read, problem);
    if (problem !== undefined && pieces.length === 0) {
      pieces.push({ bytes: new Uint8Array(), line: this.#line, end: this.#read, problem });
    }
    return pieces;
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const wasSmall = this.#length <= LARGEST_RECORD;
    this.#length += bytes.length;
    if (this.#length <= LARGEST_RECORD) {
      // A copy: the rest of the chunk can then be collected.
      this.#kept.push(bytes.slice());
    } else if (wasSmall) {
      const first = this.#kept.length > 0 ? joined(this.#kept) : bytes;
      this.#kept = [first.slice(0, SHOWN)];
    }
  }

  #take(pieces: Piece[], end: number, problem?: string): void {
    const bytes = trimmed(joined(this.#kept));
    const length = this.#length;
    let line = this.#begunIn;
    for (let at = 0; isBlank(bytes[at]); at++) if (bytes[at] === NEWLINE) line++;
    this.#kept = [];
    this.#length = 0;
    this.#begunIn = this.#line;
    if (bytes.length === 0) return;
    const large =
      length > LARGEST_RECORD
        ? `larger than ${LARGEST_RECORD.toLocaleString("en")} bytes: it has ${length.toLocaleString("en")}`
        : undefined;
    const why = [large, problem].filter((part) => part !== undefined).join("; ");
    pieces.push({ bytes, line, end, ...(why && { problem: why }) });
  }
}

/** One array for all of them. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Without the blanks at both ends; a tab at the end may be an empty cell, and stays. */
function trimmed(bytes: Uint8Array): Uint8Array {
  if (bytes.every(isBlank)) return bytes.subarray(0, 0);
  let end = bytes.length;
  while (bytes[end - 1] === RETURN) end--;
  return bytes.subarray(0, end);
}
