// Counts what has become of the rows, in their order, and makes the report of it.

import { FailedRows } from "./failed.js";
import type { Problem } from "./fields.js";
import type { Counts, Progress, ProvisionOptions, ProvisionReport, RowFailure } from "./options.js";
import type { Row } from "./row.js";
import type { Rows } from "./rows.js";

/** What became of a row; `isNotTried` for one that the end of the run was faster than. */
export type Result =
  | { outcome: Exclude<keyof Counts, "failed">; isResumed?: boolean }
  | { problem: Problem; uid?: string }
  | { isNotTried: true };

/** How many failures a report holds, and how often progress is told, in milliseconds. */
const SHOWN = 100;
const PROGRESS_MS = 50;

export class Tally {
  readonly #options: ProvisionOptions;
  readonly #rows: Rows;
  readonly #failed: FailedRows | undefined;
  readonly #began = performance.now();
  readonly #counts: Counts = { created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 };
  readonly #byCode: Record<string, number> = Object.create(null);
  readonly #failures: RowFailure[] = [];
  #notTried = 0;
  #resumed = 0;
  #bytes = 0;
  #toldAt = 0;

  constructor(options: ProvisionOptions, rows: Rows) {
    this.#options = options;
    this.#rows = rows;
    if (options.failed !== undefined) this.#failed = new FailedRows(options.failed);
  }

  add(row: Row, result: Result): void {
    this.#bytes = row.end;
    if ("outcome" in result) {
      this.#counts[result.outcome]++;
      if (result.isResumed) this.#resumed++;
    } else if ("problem" in result) this.#fail(row, result.problem, result.uid);
    else this.#notTried++;
    const now = performance.now();
    if (now - this.#toldAt < PROGRESS_MS) return;
    this.#toldAt = now;
    this.#options.onProgress?.(this.progress());
  }

  #fail(row: Row, problem: Problem, uid: string | undefined): void {
    const failure: RowFailure = {
      row: row.number,
      ...(row.line !== undefined && { line: row.line }),
      ...(problem.column !== undefined && { column: problem.column }),
      ...(uid !== undefined && { uid }),
      code: problem.code,
      message: problem.message,
    };
    this.#counts.failed++;
    this.#byCode[problem.code] = (this.#byCode[problem.code] ?? 0) + 1;
    if (this.#failures.length < SHOWN) this.#failures.push(failure);
    const reason = problem.column ? `${problem.column}: ${problem.message}` : problem.message;
    this.#failed?.add(row, this.#rows.columns, reason);
    this.#options.onFailure?.(failure);
  }

  progress(): Progress {
    const { created, updated, unchanged, skipped, failed } = this.#counts;
    const rows = created + updated + unchanged + skipped + failed;
    return { ...this.#counts, rows, bytes: this.#bytes, resumed: this.#resumed };
  }

  /** The end: `interruption` is why it came before the source's. */
  report(unusedColumns: string[], interruption: string | undefined): ProvisionReport {
    this.close();
    const progress = this.progress();
    this.#options.onProgress?.(progress);
    const { mode = "create", dryRun = false, journal, failed } = this.#options;
    return {
      rows: progress.rows + this.#notTried,
      ...this.#counts,
      notTried: this.#notTried,
      resumed: this.#resumed,
      mode,
      dryRun,
      complete: interruption === undefined,
      ...(interruption !== undefined && { interruption }),
      seconds: Math.round(performance.now() - this.#began) / 1000,
      failuresByCode: { ...this.#byCode },
      failures: this.#failures,
      unusedColumns,
      ...(journal !== undefined && !dryRun && { journal }),
      ...(failed !== undefined && { failedFile: failed }),
    };
  }

  #isClosed = false;

  /** Writes what is left of the failed rows. */
  close(): void {
    if (!this.#isClosed) this.#failed?.close();
    this.#isClosed = true;
  }
}
