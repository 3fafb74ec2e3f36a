// What `provisionUsers` is told, and what it reports.

import type { AdminClient } from "cometchat-users/server";
import type { FieldMap } from "./fields.js";
import type { Format } from "./rows.js";

/**
 * What happens to a user that exists, and to one that does not. `"create"`: existing ones are refused. `"update"`:
 * missing ones are refused. `"upsert"`: updated, or else created. `"skip-existing"`: existing ones stay as they are.
 */
export type Mode = "create" | "update" | "upsert" | "skip-existing";

/** Options of {@link provisionUsers}. */
export interface ProvisionOptions {
  /** What sends the requests; its limiter (`perMinute`) is the run's. */
  admin: AdminClient;
  /** The app's id, which the journal notes: a run is resumed on the same app only. */
  appId?: string;
  /** Default `"create"`. */
  mode?: Mode;
  /** How the source is to be read. Default: as its first character tells. */
  format?: Format;
  /** Field to column, as `{ name: "full_name", "metadata.team": "team" }`. Default: each field's own name. */
  map?: FieldMap;
  /** Check every row and ask the service about it, and change nothing. */
  dryRun?: boolean;
  /** Keep `createdAt`, `lastActiveAt` and `deactivatedAt` of the rows; for the modes that update no user. */
  preserveDates?: boolean;
  /** How many requests are in flight at once. Default 16. */
  concurrency?: number;
  /** Where the journal is written. Without one, a run that was interrupted cannot be resumed or undone. */
  journal?: string;
  /** Go on with the run of the journal. */
  resume?: boolean;
  /** Where the rows that failed are written: with the columns of the input, and `import_error`. */
  failed?: string;
  /** How often a request is sent again after a fault that may pass. Default 8. */
  maxRetries?: number;
  /** Time limit of a row, in milliseconds. Default 120,000. */
  timeoutMs?: number;
  /** Ends the run in order: what is in flight gets five seconds. */
  signal?: AbortSignal;
  /** Called as the run goes on, for each batch of rows. */
  onProgress?: (progress: Progress) => void;
  /** Called for each row that failed, in the order of the source. */
  onFailure?: (failure: RowFailure) => void;
}

/** How many rows have come to what. */
export interface Counts {
  created: number;
  updated: number;
  /** Only a dry run finds out: an update would change nothing. */
  unchanged: number;
  /** They exist, and the mode leaves such alone. */
  skipped: number;
  failed: number;
}

/** How far a run is. */
export interface Progress extends Counts {
  /** Rows that are dealt with: the sum of the counts. */
  rows: number;
  /** How many bytes of the source belong to them. */
  bytes: number;
  /** Rows that an earlier part of the run dealt with. */
  resumed: number;
}

/** A row that failed. */
export interface RowFailure {
  /** From 1 on; the header of a CSV is none. */
  row: number;
  /** The line of the file that the row begins in. */
  line?: number;
  /** The column at fault, where it is one. */
  column?: string;
  uid?: string;
  /** A code of this package or of the service. */
  code: string;
  message: string;
}

/** What a run did: `rows` is the sum of `created`, `updated`, `unchanged`, `skipped`, `failed` and `notTried`. */
export interface ProvisionReport extends Counts {
  /** Rows that were read. */
  rows: number;
  /** Rows that were read, and not tried because the run was interrupted. */
  notTried: number;
  /** Of all rows, those that an earlier part of the run dealt with. */
  resumed: number;
  mode: Mode;
  dryRun: boolean;
  /** Whether the source was read to its end. */
  complete: boolean;
  /** Why not. */
  interruption?: string;
  seconds: number;
  /** How many rows failed with which code. */
  failuresByCode: Record<string, number>;
  /** The first hundred rows that failed. */
  failures: RowFailure[];
  /** Columns of a CSV that were used for nothing. */
  unusedColumns: string[];
  journal?: string;
  failedFile?: string;
}
