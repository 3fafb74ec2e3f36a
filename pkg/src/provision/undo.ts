// Takes back what a run created, and nothing else.

import { type AdminClient, CometChatException } from "cometchat-users/server";
import { createdIn, lockJournal, markUndone, readJournal } from "./journal.js";

/** What became of the users that a run created. */
export interface UndoReport {
  deactivated: number;
  /** They were deactivated before. */
  unchanged: number;
  /** They were deleted since. */
  notFound: number;
  /** Uids that may or may not have been created by the run: they stay as they are. */
  inDoubt: string[];
}

/** What {@link undoProvision} is told. */
export interface UndoOptions {
  /** Sends the requests. */
  admin: AdminClient;
  /** A journal of another app is refused. */
  appId?: string;
  /** Ends the calls. */
  signal?: AbortSignal;
}

/** How many users are deactivated by one call. */
const CHUNK = 1000;

/**
 * Deactivates the users that a run created. What it updated stays updated. To do it again does no harm.
 *
 * @param journal The run's journal.
 * @param options `admin` sends the requests; with `appId`, a journal of another app is refused.
 * @returns How many users were deactivated, and what became of the others.
 * @throws CometChatException `INVALID_JOURNAL`, with the remedy in `details`, and codes of the service.
 */
export async function undoProvision(journal: string, options: UndoOptions): Promise<UndoReport> {
  const unlock = lockJournal(journal);
  try {
    return await undo(journal, options);
  } finally {
    unlock();
  }
}

async function undo(journal: string, options: UndoOptions): Promise<UndoReport> {
  const { header, begun } = readJournal(journal);
  const refuse = (message: string, details: string) => {
    throw new CometChatException({ code: "INVALID_JOURNAL", message, details });
  };
  if (options.appId !== undefined && header.appId !== options.appId) {
    refuse(
      `The journal ${journal} is of a run on the app ${header.appId}, not ${options.appId}.`,
      "Give the app id and the key of that app.",
    );
  }
  if (begun > 0) {
    refuse(
      `The run of the journal ${journal} did not end in order: what was in flight is in doubt.`,
      "Resume it first, which finds that out. It may be interrupted again after a moment.",
    );
  }
  const report: UndoReport = { deactivated: 0, unchanged: 0, notFound: 0, inDoubt: [] };
  let chunk: string[] = [];
  const deactivate = async () => {
    if (chunk.length === 0) return;
    const signal = options.signal && { signal: options.signal };
    for (const { uid, outcome } of await options.admin.deactivateUsers(chunk, signal)) {
      if (outcome === "unknown") report.inDoubt.push(uid);
      else report[outcome]++;
    }
    chunk = [];
  };
  for (const { uid, isCreated } of createdIn(journal)) {
    if (!isCreated) report.inDoubt.push(uid);
    else chunk.push(uid);
    if (chunk.length === CHUNK) await deactivate();
  }
  await deactivate();
  markUndone(journal);
  return report;
}
