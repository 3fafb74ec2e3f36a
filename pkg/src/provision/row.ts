// What a source's reader gives: a row.

import type { Piece } from "./pieces.js";

/** A row as the source has it. */
export interface Row {
  /** From 1 on; a CSV's header is none. */
  number: number;
  /** The line of the file that it begins in, from 1 on. */
  line?: number;
  /** How many bytes of the source are read with it. */
  end: number;
  /** By column. */
  values: Record<string, unknown>;
  /** Why it cannot be read. */
  problem?: { column?: string; message: string };
}

/** Makes rows of the records of one format. */
export interface Reader {
  /** The columns of a CSV. */
  readonly columns: readonly string[] | undefined;
  read(pieces: Piece[]): Row[];
}
