// Reads the records of NDJSON and the elements of a JSON array: an object each.

import type { Piece } from "./pieces.js";
import type { Reader, Row } from "./row.js";

const strict = new TextDecoder("utf-8", { fatal: true });
const lenient = new TextDecoder();

export class JsonReader implements Reader {
  readonly columns = undefined;
  #number = 0;

  read(pieces: Piece[]): Row[] {
    return pieces.map((piece) => {
      const { line, end } = piece;
      const row: Row = { number: ++this.#number, line, end, values: {} };
      try {
        if (piece.problem !== undefined) throw new Error(piece.problem);
        const value: unknown = JSON.parse(decoded(piece.bytes));
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
          throw new Error("it is not an object");
        }
        row.values = value as Record<string, unknown>;
      } catch (error) {
        row.problem = { message: (error as Error).message };
        row.values = { unreadable: lenient.decode(piece.bytes) };
      }
      return row;
    });
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    throw new Error("it is not valid UTF-8");
  }
}
