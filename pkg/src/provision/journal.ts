// The journal of a run: what has become of which row, on disk, so that a run that was killed can go on. A line says up
// to which row requests may have been sent, before they are; rows up to there without an outcome are in doubt
// (docs/decisions/0090-the-journal.md).
//
//   {"journal":"cometchat-users","version":1, …}   the first line: the run's source and options
//   b 1024                                         rows up to 1,024 may have been begun
//   c 17 kevin                                     row 17, kevin: created; u updated, = unchanged, s skipped,
//                                                  f refused, ? begun, with an outcome that nobody knows
//   x                                              all rows without an outcome were not begun: the run was left in order
//   e                                              the source was read to its end
//   z                                              the run was undone

import { closeSync, existsSync, openSync, readSync, truncateSync } from "node:fs";
import { CometChatException } from "cometchat-users/server";
import { Appender } from "./appender.js";
import { lock } from "./lock.js";
import { hash } from "./uids.js";

/** What a run is of: a journal goes on with the same alone. */
export interface RunIdentity {
  appId: string;
  /** A digest of the source, or `""` where it can be read only once; its uids are compared in any case. */
  source: string;
  /** The source's name, for people. */
  name: string;
  /** The options that decide what is done. */
  options: string;
}

interface Header extends RunIdentity {
  journal: "cometchat-users";
  version: 1;
  /** When the run began, in seconds since 1970. */
  startedAt: number;
}

/** What may have become of a row. */
export type Mark = "c" | "u" | "=" | "s" | "f" | "?";

const LINE = /^(?:b (\d+)|([cu=sf?]) (\d+) (\S+)|([xez]))$/;
/** How many rows are announced at once: the disk is waited for each time. */
const AHEAD = 1024;
/** How many outcomes are written at once. */
const FLUSHED = 32;

/** A journal as it was read. */
export interface Written {
  header: Header;
  /** By row. */
  marks: Marks;
  begun: number;
  isFinished: boolean;
  isUndone: boolean;
}

/** A uid without blanks: one that the rules refuse may have them. */
const escaped = (uid: string) => uid.replace(/[^\w-]/g, "?") || "-";

/** Outcomes by row, in 5 bytes each. */
export class Marks {
  #marks = new Uint8Array(1024);
  #uids = new Uint32Array(1024);

  set(row: number, mark: string, uid: string): void {
    if (row >= this.#marks.length) {
      const size = 2 ** Math.ceil(Math.log2(row + 1));
      const [marks, uids] = [this.#marks, this.#uids];
      this.#marks = new Uint8Array(size);
      this.#uids = new Uint32Array(size);
      this.#marks.set(marks);
      this.#uids.set(uids);
    }
    this.#marks[row] = mark.charCodeAt(0);
    this.#uids[row] = hash(uid)[0];
  }

  get(row: number): Mark | undefined {
    const mark = this.#marks[row];
    return mark ? (String.fromCharCode(mark) as Mark) : undefined;
  }

  /** Whether the row was this user's. */
  isOf(row: number, uid: string): boolean {
    return this.#uids[row] === hash(escaped(uid))[0];
  }
}

const invalid = (message: string, details: string) =>
  new CometChatException({ code: "INVALID_JOURNAL", message, details });

/**
 * Keeps other runs away from a journal, in this process and in others.
 *
 * @returns What lets them use it again.
 */
export function lockJournal(path: string): () => void {
  try {
    return lock(`${path}.lock`);
  } catch (cause) {
    const { holder, message } = cause as Error & { holder?: number };
    if (holder !== undefined) {
      throw invalid(
        `The journal ${path} is in use by the process ${holder}.`,
        "Wait for its end, or stop it; an import that is stopped can be resumed.",
      );
    }
    throw invalid(
      `The journal ${path} cannot be written: ${message}`,
      "Give one in a folder that is there and can be written.",
    );
  }
}

/** Reads a journal, which has to be locked. */
export function readJournal(path: string): Written {
  if (!existsSync(path)) {
    throw invalid(`There is no journal ${path}.`, "Begin the import without resuming it.");
  }
  const lines = linesOf(path);
  const first = lines.next();
  const header = headerOf(first.done ? "" : first.value, path);
  const written: Written = {
    header,
    marks: new Marks(),
    begun: 0,
    isFinished: false,
    isUndone: false,
  };
  let number = 1;
  let next = lines.next();
  for (; !next.done; next = lines.next()) {
    number++;
    const [all, begun, mark, row, uid, state] = LINE.exec(next.value) ?? [];
    if (all === undefined) {
      throw invalid(
        `Line ${number} of the journal ${path} is damaged.`,
        "It cannot tell what was done. Delete it, and import the file again with the mode skip-existing.",
      );
    }
    if (begun !== undefined) written.begun = Math.max(written.begun, Number(begun));
    else if (mark !== undefined) {
      written.marks.set(Number(row), mark, uid as string);
    } else if (state === "x") written.begun = 0;
    else if (state === "e") written.isFinished = true;
    else written.isUndone = true;
  }
  // A line without an end was being written when the process died; its row is in doubt.
  truncateSync(path, next.value);
  return written;
}

/** The lines that have an end; returns how many bytes they have. */
function* linesOf(path: string): Generator<string, number> {
  const file = openSync(path, "r");
  try {
    const chunk = new Uint8Array(256 * 1024);
    const decoder = new TextDecoder();
    let rest = "";
    let size = 0;
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      size += read;
      const lines = (rest + decoder.decode(chunk.subarray(0, read), { stream: true })).split("\n");
      rest = lines.pop() as string;
      yield* lines;
    }
    return size - new TextEncoder().encode(rest).length;
  } finally {
    closeSync(file);
  }
}

/** The users that a run created, and those of which nobody knows. */
export function* createdIn(path: string): Generator<{ uid: string; isCreated: boolean }> {
  const { marks } = readJournal(path);
  for (const line of linesOf(path)) {
    const [, , mark, row, uid] = LINE.exec(line) ?? [];
    // A row that failed and was tried again has more than one mark: the last one counts.
    if ((mark !== "c" && mark !== "?") || marks.get(Number(row)) !== mark) continue;
    yield { uid: uid as string, isCreated: mark === "c" };
  }
}

function headerOf(line: string, path: string): Header {
  let header: Header | undefined;
  try {
    header = JSON.parse(line);
  } catch {}
  if (header?.journal === "cometchat-users" && header.version === 1) return header;
  throw line === ""
    ? invalid(
        `The journal ${path} breaks off before its first line ends.`,
        "Nothing was sent by then. Delete it, and begin the import again.",
      )
    : invalid(
        `${path} is not a journal of cometchat-users.`,
        "Give the file that the run named when it began.",
      );
}

/** A journal that is being written. */
export class Journal {
  #file: Appender | undefined;
  #begun = 0;
  #marked = 0;

  private constructor(
    readonly path: string,
    /** The first line of a new journal. */
    readonly header: Header | undefined,
    /** When the run began, in seconds since 1970. */
    readonly startedAt: number,
    /** What the run did before it was resumed. */
    readonly before: Written | undefined,
  ) {}

  /** Begins the journal of a new run: there is a file from the first request on. */
  static begin(path: string, run: RunIdentity): Journal {
    const startedAt = Math.floor(Date.now() / 1000);
    const header: Header = { journal: "cometchat-users", version: 1, startedAt, ...run };
    if (existsSync(path)) {
      throw invalid(
        `The journal ${path} is there already.`,
        "Resume its run, or give the new run another journal.",
      );
    }
    return new Journal(path, header, startedAt, undefined);
  }

  /** Goes on with a run. */
  static resume(path: string, run: RunIdentity): Journal {
    const before = readJournal(path);
    const { header } = before;
    const differs = (["appId", "source", "options"] as const).find(
      (part) => header[part] !== run[part],
    );
    if (differs === "source") {
      throw invalid(
        `The journal ${path} is of another file: of ${header.name} as it was then.`,
        "Give the file that the run began with. If it has changed since, import it without resuming, with the mode skip-existing.",
      );
    }
    if (differs !== undefined) {
      const [what, was, is] =
        differs === "appId"
          ? ["app", header.appId, run.appId]
          : ["options", header.options, run.options];
      throw invalid(
        `The journal ${path} is of a run with other ${what}: ${was}, and not ${is}.`,
        "Resume it with what it began with.",
      );
    }
    if (before.isUndone) {
      throw invalid(`The run of the journal ${path} was undone.`, "Begin a new run.");
    }
    return new Journal(path, undefined, header.startedAt, before);
  }

  /** Has to come before a row's request. */
  begin(row: number): void {
    if (row <= this.#begun) return;
    this.#begun = row + AHEAD - 1;
    const file = this.#opened();
    file.push(`b ${this.#begun}\n`);
    file.sync();
  }

  mark(row: number, mark: Mark, uid: string): void {
    const file = this.#opened();
    file.push(`${mark} ${row} ${escaped(uid)}\n`);
    // Rows whose marks are lost are asked for again: a few do no harm.
    this.#marked++;
    if (this.#marked % FLUSHED === 0) file.flush();
  }

  /**
   * Ends the run in order: no request is in flight.
   *
   * @param settledUpTo All rows up to here are settled. Before that, those of an earlier part of the run stay in doubt.
   */
  close(isFinished: boolean, settledUpTo: number): void {
    const isCertain = isFinished || settledUpTo >= (this.before?.begun ?? 0);
    if (this.#file === undefined && (this.before === undefined || !isCertain)) return;
    const file = this.#opened();
    if (isCertain) file.push(isFinished ? "x\ne\n" : "x\n");
    file.sync();
    file.close();
  }

  #opened(): Appender {
    if (this.#file === undefined) {
      this.#file = new Appender(this.path, this.header === undefined ? "a" : "wx");
      if (this.header !== undefined) this.#file.push(`${JSON.stringify(this.header)}\n`);
    }
    return this.#file;
  }
}

/** Notes that a run was undone. */
export function markUndone(path: string): void {
  const file = new Appender(path, "a");
  file.push("z\n");
  file.sync();
  file.close();
}
