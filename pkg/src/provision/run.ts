// Runs an import: takes rows as long as there is room, has as many requests in flight as it may, and hands the results
// on in the order of the rows.

import { CometChatException, validateUser } from "cometchat-users/server";
import { type Applied, apply, applyWithDates, foresee, type Outcome } from "./apply.js";
import { type Draft, FieldReader, type Problem } from "./fields.js";
import type { Journal, Mark } from "./journal.js";
import type { ProvisionOptions, ProvisionReport } from "./options.js";
import type { Row } from "./row.js";
import type { Rows } from "./rows.js";
import { type Result, Tally } from "./tally.js";
import { SeenUids } from "./uids.js";

/** How many users one request imports. */
const UNIT = 50;
/** How many rows may wait for an earlier one whose request takes long. */
const WINDOW = 4096;
/** How long what is in flight may take when a run is to end, in milliseconds. */
const GRACE_MS = 5000;

/** A row between being read and being counted. */
interface Pending {
  row: Row;
  draft: Draft;
  inDoubt: boolean;
  result?: Result;
}

const MARKS: Record<Outcome, Mark> = { created: "c", updated: "u", unchanged: "=", skipped: "s" };
const OUTCOMES = { c: "created", u: "updated", "=": "unchanged", s: "skipped" } as const;

export class Run {
  readonly #options: ProvisionOptions;
  readonly #rows: Rows;
  readonly #journal: Journal | undefined;
  readonly #fields: FieldReader;
  readonly #tally: Tally;
  readonly #seen = new SeenUids();
  readonly #applied: Applied;
  readonly #concurrency: number;
  readonly #abort = new AbortController();
  #unused: string[] = [];
  #queue: Pending[] = [];
  #unit: Pending[] = [];
  #inFlight = 0;
  #unanswered = 0;
  #interruption: string | undefined;
  #fault: unknown;
  /** The last row of those from the first on that are settled without a gap. */
  #settledUpTo = 0;
  #isComplete = true;
  #wake: () => void = () => {};

  constructor(options: ProvisionOptions, rows: Rows, journal: Journal | undefined) {
    this.#options = options;
    this.#rows = rows;
    this.#journal = journal;
    this.#fields = new FieldReader(options.map ?? {}, options.preserveDates ?? false);
    this.#tally = new Tally(options, rows);
    this.#concurrency = options.concurrency ?? 16;
    this.#applied = {
      admin: options.admin,
      mode: options.mode ?? "create",
      startedAt: journal?.startedAt ?? Math.floor(Date.now() / 1000),
      requests: {
        signal: this.#abort.signal,
        maxRetries: options.maxRetries ?? 8,
        timeoutMs: options.timeoutMs ?? 120_000,
      },
    };
  }

  /** Runs to the end of the source, or until it is told to end. */
  async finish(): Promise<ProvisionReport> {
    const { signal } = this.#options;
    const end = () => this.#end("it was told to end");
    if (signal?.aborted) end();
    signal?.addEventListener("abort", end);
    try {
      await this.#read();
      // What was read by then and has not begun is not tried.
      if (this.#interruption === undefined) this.#send();
      while (this.#inFlight > 0) await this.#change();
      for (const pending of this.#queue) pending.result ??= { isNotTried: true };
      this.#count();
      if (this.#fault !== undefined) throw this.#fault;
      return this.#tally.report(this.#unused, this.#interruption);
    } finally {
      signal?.removeEventListener("abort", end);
      clearTimeout(this.#grace);
      this.#tally.close();
      this.#journal?.close(this.#interruption === undefined, this.#settledUpTo);
    }
  }

  async #read(): Promise<void> {
    const batches = this.#rows[Symbol.asyncIterator]();
    let isFirst = true;
    try {
      while (this.#interruption === undefined) {
        const batch = await this.#orEnd(batches.next());
        if (batch === undefined || batch.done) return;
        if (isFirst && this.#rows.columns !== undefined) {
          this.#unused = this.#fields.header(this.#rows.columns);
        }
        isFirst = false;
        for (const row of batch.value) {
          if (this.#interruption === undefined) await this.#take(row);
          else this.#queue.push({ row, draft: {}, inDoubt: false, result: { isNotTried: true } });
        }
      }
    } catch (error) {
      // The rows that were read before are still counted.
      this.#fault = error;
      this.#end("it failed");
    } finally {
      // Not awaited: a source that gives nothing would hold up the end.
      void batches.return?.(undefined)?.catch?.(() => {});
    }
  }

  /** Waits for a promise, or for the end of the run: then the result is `undefined`. */
  #orEnd<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      promise.then(resolve, reject);
      this.#ended = () => resolve(undefined);
      if (this.#interruption !== undefined) resolve(undefined);
    });
  }

  #ended: () => void = () => {};
  #grace: ReturnType<typeof setTimeout> | undefined;

  #end(reason: string): void {
    if (this.#interruption !== undefined) return;
    this.#interruption = reason;
    this.#grace = setTimeout(() => this.#abort.abort(), GRACE_MS);
    this.#ended();
    this.#wake();
  }

  async #take(row: Row): Promise<void> {
    const pending: Pending = { row, draft: {}, inDoubt: false };
    this.#queue.push(pending);
    const result = await this.#prepare(pending);
    if (result !== undefined) {
      pending.result = result;
      this.#count();
      return;
    }
    this.#unit.push(pending);
    const isWindowFull = () => this.#queue.length >= WINDOW;
    if (this.#unit.length >= this.#unitSize || isWindowFull()) {
      while (this.#inFlight >= this.#concurrency && this.#interruption === undefined) {
        await this.#change();
      }
      if (this.#interruption !== undefined) return;
      this.#send();
    }
    while (isWindowFull() && this.#inFlight > 0) await this.#change();
  }

  get #unitSize(): number {
    return this.#options.preserveDates && !this.#options.dryRun ? UNIT : 1;
  }

  /** All that can be known of a row without a request: its result, or nothing if a request has to tell. */
  async #prepare(pending: Pending): Promise<Result | undefined> {
    const { row } = pending;
    if (row.problem !== undefined) {
      return { problem: { code: "UNREADABLE_ROW", ...row.problem } };
    }
    const { draft, problems } = this.#fields.read(row);
    pending.draft = draft;
    const uid = draft.uid;
    const known = uid !== undefined && { uid };
    const before = this.#before(row, uid);
    // A request for one user checks it by the same rules, before it sends anything.
    const isCheckedLater = this.#unitSize === 1 && !this.#options.dryRun && uid !== undefined;
    if ((before === undefined || before === "f") && !isCheckedLater) {
      const write = this.#applied.mode === "update" ? "update" : "create";
      for (const { field, rule, message } of await validateUser(draft, write)) {
        const column = this.#fields.columnOf(field.split(".")[0] as string);
        problems.push({ column, code: rule, message });
      }
    }
    const [problem] = problems;
    if (problem !== undefined) return { problem: all(problem, problems), ...known };
    let first = this.#seen.add(uid as string, row.number);
    if (first > this.#settledUpTo) {
      // If the rules refuse that row, its uid is free for this one.
      this.#send();
      while (this.#inFlight > 0 && first > this.#settledUpTo) await this.#change();
      first = this.#seen.add(uid as string, row.number);
    }
    if (first !== 0) {
      const message = `row ${first} has the same uid${uid === uid?.toLowerCase() ? "" : ", in lower case"}`;
      const column = this.#fields.columnOf("uid");
      return { problem: { column, code: "DUPLICATE_UID", message }, ...known };
    }
    if (before !== undefined && before !== "?" && before !== "f") {
      return { outcome: OUTCOMES[before], isResumed: true };
    }
    const written = this.#journal?.before;
    pending.inDoubt =
      before === "?" || (before === undefined && row.number <= (written?.begun ?? 0));
    return undefined;
  }

  /** What the journal says of a row. */
  #before(row: Row, uid: string | undefined): Mark | undefined {
    const marks = this.#journal?.before?.marks;
    const mark = marks?.get(row.number);
    if (mark !== undefined && !marks?.isOf(row.number, uid ?? "")) {
      throw new CometChatException({
        code: "INVALID_JOURNAL",
        message: `The journal is of another source: its row ${row.number} is not ${uid}.`,
        details:
          "Give the source that the run began with, or begin a new run with the mode skip-existing.",
      });
    }
    return mark;
  }

  /** Sends what waits for its request. */
  #send(): void {
    const unit = this.#unit;
    const last = unit.at(-1);
    if (last === undefined) return;
    this.#unit = [];
    if (!this.#options.dryRun) this.#journal?.begin(last.row.number);
    this.#inFlight++;
    void this.#request(unit)
      .catch((error) => {
        this.#fault = error;
        this.#end("it failed");
      })
      .finally(() => {
        this.#inFlight--;
        this.#count();
        this.#wake();
      });
  }

  async #request(unit: Pending[]): Promise<void> {
    const outcomes = await this.#outcomes(unit).catch((error) => unit.map(() => error));
    for (const [at, pending] of unit.entries()) this.#settle(pending, outcomes[at]);
  }

  async #outcomes(unit: Pending[]): Promise<(Outcome | Error)[]> {
    const run = this.#applied;
    const [{ draft, inDoubt }] = unit as [Pending];
    if (this.#options.dryRun) return [await foresee(run, draft)];
    if (this.#options.preserveDates) return applyWithDates(run, unit);
    return [await apply(run, draft, inDoubt)];
  }

  #settle(pending: Pending, outcome: Outcome | unknown): void {
    const uid = pending.draft.uid as string;
    const { number } = pending.row;
    if (typeof outcome === "string") {
      this.#unanswered = 0;
      const known = outcome as Outcome;
      if (!this.#options.dryRun) this.#journal?.mark(number, MARKS[known], uid);
      pending.result = { outcome: known };
      return;
    }
    if (!(outcome instanceof CometChatException)) throw outcome;
    const isAnswer = outcome.status !== undefined && outcome.status < 500 && !outcome.retryable;
    const isRefusal = isAnswer || (outcome.attempts === 0 && !outcome.retryable);
    if (isRefusal && outcome.attempts === 0) this.#seen.forget(uid);
    this.#unanswered = isRefusal ? 0 : this.#unanswered + 1;
    if (!this.#options.dryRun) this.#journal?.mark(number, isRefusal ? "f" : "?", uid);
    pending.result = { problem: this.#problem(outcome), uid };
    if (outcome.code.startsWith("AUTH_ERR_")) this.#end(`the key was refused: ${outcome.message}`);
    else if (this.#unanswered > this.#unitSize * Math.max(20, 2 * this.#concurrency)) {
      this.#end(`the service does not answer: ${outcome.message}`);
    }
  }

  #problem(error: CometChatException): Problem {
    const problems = Object.entries(error.fieldErrors ?? {}).map(([field, messages]) => ({
      column: this.#fields.columnOf(field.split(".")[0] as string),
      code: error.code,
      message: messages.join("; "),
    }));
    const [first] = problems;
    return first === undefined
      ? { code: error.code, message: error.message }
      : all(first, problems);
  }

  /** Counts the rows that are settled, as far as all before them are. */
  #count(): void {
    let at = 0;
    for (; at < this.#queue.length; at++) {
      const { row, result } = this.#queue[at] as Pending;
      if (result === undefined) break;
      this.#tally.add(row, result);
      if ("isNotTried" in result) this.#isComplete = false;
      else if (this.#isComplete) this.#settledUpTo = row.number;
    }
    if (at > 0) this.#queue.splice(0, at);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** The first of a row's problems, with what the others say. */
function all(first: Problem, problems: Problem[]): Problem {
  const others = problems
    .slice(1)
    .map(({ column, message }) => (column === first.column ? message : `${column}: ${message}`));
  return { ...first, message: [first.message, ...new Set(others)].join("; ") };
}
