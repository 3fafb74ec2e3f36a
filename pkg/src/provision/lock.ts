// Keeps a second process away from a file, the journal of an import or the emulator's data: a file beside it names the
// process that uses it. One that a crash left behind is recognised, since its process is gone.

import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";

/** Who has the lock: the process, and since when it runs, for its number may be another's by now. */
interface Owner {
  pid: number;
  started: string | undefined;
}

/**
 * Takes the lock.
 *
 * @param path Of the lock's own file.
 * @returns What gives it back.
 * @throws Error of the file system, or with the number of the process that has it in `holder`.
 */
export function lock(path: string): () => void {
  const own = `${path}.${process.pid}`;
  const text = JSON.stringify({ pid: process.pid, started: startOf(process.pid) } satisfies Owner);
  writeFileSync(own, text, { mode: 0o600 });
  try {
    while (!isLinked(own, path)) removeStale(path);
  } finally {
    unlinkSync(own);
  }
  return () => {
    if (read(path) === text) unlinkSync(path);
  };
}

/** Whether the lock's file is ours now. It appears with its text in it, or not at all. */
function isLinked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Takes away a lock whose process is gone. */
function removeStale(path: string): void {
  const text = read(path);
  if (text === undefined) return;
  const owner = ownerOf(text);
  if (owner && isRunning(owner)) {
    throw Object.assign(new Error("in use"), { holder: owner.pid });
  }
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  // Another process may have done the same in between, and this is its lock: it gets it back.
  if (read(aside) !== text) isLinked(aside, path);
  unlinkSync(aside);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function ownerOf(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Owner | null;
    return Number.isInteger(owner?.pid) ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}

function isRunning({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return started === startOf(pid);
}

/** When a process started, in the system's own count; known on Linux alone. */
function startOf(pid: number): string | undefined {
  try {
    // The name in brackets may have spaces.
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")[19];
  } catch {
    return undefined;
  }
}
