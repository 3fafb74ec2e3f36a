// Reads a source, whatever it is, row by row: a file, standard input, a stream, a list; CSV, NDJSON or JSON.

import { createReadStream } from "node:fs";
import { CometChatException } from "cometchat-users/server";
import { CsvReader } from "./csv.js";
import { JsonReader } from "./json.js";
import { Cutter, Elements, joined, Lines } from "./pieces.js";
import type { Reader, Row } from "./row.js";

/** How the bytes of a source are to be read. */
export type Format = "csv" | "ndjson" | "json";

type Chunk = string | Uint8Array;

/** Where rows come from: a file's path, chunks of its bytes or text, or objects. */
export type Source =
  | string
  | URL
  | Iterable<Chunk | object>
  | AsyncIterable<Chunk | object>
  | ReadableStream<Chunk | object>;

/** The rows of a source. */
export interface Rows extends AsyncIterable<Row[]> {
  /** The columns of a CSV, known from the first row on. */
  readonly columns: readonly string[] | undefined;
}

/** Opens a source. Its rows come in batches, as they are read. */
export function open(source: Source, format?: Format): Rows {
  let reader: Reader | undefined;
  async function* batches(): AsyncGenerator<Row[]> {
    let cutter: Cutter | undefined;
    const first: Uint8Array[] = [];
    let number = 0;
    for await (const chunk of chunksOf(source)) {
      if (!isChunk(chunk)) {
        number++;
        yield [objectRow(chunk, number)];
        continue;
      }
      let bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
      if (cutter === undefined || reader === undefined) {
        first.push(bytes);
        const start = withoutMark(joined(first));
        // A line is enough to see what it is; a first line without an end is seen as well as it can be.
        if (!start.includes(10) && start.length < 65536) continue;
        ({ cutter, reader } = begin(start, format));
        bytes = start;
      }
      const rows = reader.read(cutter.cut(bytes));
      if (rows.length > 0) yield rows;
    }
    if (cutter === undefined || reader === undefined) {
      if (first.length === 0) return;
      const start = withoutMark(joined(first));
      ({ cutter, reader } = begin(start, format));
      const rows = reader.read(cutter.cut(start));
      if (rows.length > 0) yield rows;
    }
    const rows = reader.read(cutter.end());
    if (rows.length > 0) yield rows;
  }
  return {
    get columns() {
      return reader?.columns;
    },
    [Symbol.asyncIterator]: batches,
  };
}

function begin(start: Uint8Array, format: Format | undefined): { cutter: Cutter; reader: Reader } {
  switch (format ?? guess(start)) {
    case "json":
      return { cutter: new Cutter(new Elements()), reader: new JsonReader() };
    case "ndjson":
      return { cutter: new Cutter(new Lines()), reader: new JsonReader() };
    default: {
      const reader = new CsvReader(start);
      return { cutter: new Cutter(new Lines(reader.delimiter.charCodeAt(0))), reader };
    }
  }
}

function guess(start: Uint8Array): Format {
  const first = new TextDecoder().decode(start.subarray(0, 1024)).trimStart()[0];
  if (first === "[") return "json";
  return first === "{" ? "ndjson" : "csv";
}

/** Without the byte order mark that Windows puts before UTF-8. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  const [a, b, c] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw new CometChatException({
      code: "INVALID_SOURCE",
      message: "The file is UTF-16, not UTF-8.",
      details: "Save it as UTF-8: iconv -f UTF-16 -t UTF-8 users.csv > users-utf8.csv",
    });
  }
  return a === 0xef && b === 0xbb && c === 0xbf ? bytes.subarray(3) : bytes;
}

const isChunk = (value: unknown): value is Chunk =>
  typeof value === "string" || value instanceof Uint8Array;

function objectRow(value: unknown, number: number): Row {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return { number, end: 0, values: value as Record<string, unknown> };
  }
  return { number, end: 0, values: {}, problem: { message: "it is not an object" } };
}

async function* chunksOf(source: Source): AsyncGenerator<unknown> {
  if (typeof source === "string" || source instanceof URL) {
    yield* fileOf(source);
  } else if (source instanceof Uint8Array) {
    yield source;
  } else if (typeof source === "object" && source !== null && "getReader" in source) {
    // Not every place's streams can be iterated.
    const reader = source.getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    } finally {
      await reader.cancel().catch(() => {});
    }
  } else if (
    typeof source === "object" &&
    source !== null &&
    (Symbol.iterator in source || Symbol.asyncIterator in source)
  ) {
    yield* source as AsyncIterable<unknown>;
  } else {
    throw new CometChatException({
      code: "INVALID_SOURCE",
      message: "The source is neither a file's path, nor a stream, nor a list of users.",
    });
  }
}

async function* fileOf(path: string | URL): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 256 * 1024 });
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** Why a file cannot be read. */
export function unreadable(path: string | URL, cause: unknown): CometChatException {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new CometChatException({
    code: "INVALID_SOURCE",
    message: code === "ENOENT" ? `There is no file ${path}.` : `${path} cannot be read: ${message}`,
    cause,
  });
}
