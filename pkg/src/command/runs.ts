// The runs of this folder: each has a journal in `.cometchat-users`, named after the run.

import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "./errors.js";

const FOLDER = ".cometchat-users";
const ENDING = ".journal";

/** A name for a new run: when it began, and something that no other run of that second has. */
export const newRun = (): string =>
  `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, "")}-${randomBytes(2).toString("hex")}`;

/** The journal of a run that begins. */
export function journalOf(run: string): string {
  mkdirSync(FOLDER, { recursive: true });
  return join(FOLDER, `${run}${ENDING}`);
}

/** The journal of a run by its name, or by the path of its journal. */
export function findRun(run: string): { run: string; journal: string } {
  if (existsSync(run)) return { run, journal: run };
  const journal = join(FOLDER, `${run}${ENDING}`);
  if (existsSync(journal)) return { run, journal };
  const names = runs();
  throw new UsageError(
    `There is no run ${run} in this folder.`,
    names.length > 0
      ? `There are ${names.slice(-5).join(", ")}.`
      : `Runs are known in the folder in which they began, below ${FOLDER}.`,
  );
}

/** The last run of a file that did not come to its end. */
export function unfinishedRun(file: string): { run: string; journal: string } | undefined {
  const run = runs()
    .reverse()
    .find((run) => isUnfinished(journalOf(run), file));
  return run === undefined ? undefined : { run, journal: journalOf(run) };
}

const runs = (): string[] =>
  existsSync(FOLDER)
    ? readdirSync(FOLDER)
        .filter((name) => name.endsWith(ENDING))
        .map((name) => name.slice(0, -ENDING.length))
        .sort()
    : [];

function isUnfinished(journal: string, file: string): boolean {
  const opened = openSync(journal, "r");
  try {
    const { size } = fstatSync(opened);
    const start = Buffer.alloc(Math.min(size, 8192));
    readSync(opened, start, 0, start.length, 0);
    const end = Buffer.alloc(Math.min(size, 4));
    readSync(opened, end, 0, end.length, size - end.length);
    const { name } = JSON.parse(start.toString().split("\n", 1)[0] as string);
    return resolve(name) === resolve(file) && !/\n[ez]\n$/.test(end.toString());
  } catch {
    return false;
  } finally {
    closeSync(opened);
  }
}
