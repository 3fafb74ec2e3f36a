// The entry `cometchat-users/provision`: brings a table of users to an app, and takes back what it brought.

import { createHash } from "node:crypto";
import { createReadStream, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CometChatException } from "cometchat-users/server";
import { Journal, lockJournal, type RunIdentity } from "./journal.js";
import type { Mode, ProvisionOptions, ProvisionReport } from "./options.js";
import { open, type Source, unreadable } from "./rows.js";
import { Run } from "./run.js";

export type { FieldMap, MappedField } from "./fields.js";
export type {
  Counts,
  Mode,
  Progress,
  ProvisionOptions,
  ProvisionReport,
  RowFailure,
} from "./options.js";
export type { Format, Source } from "./rows.js";
export { type UndoOptions, type UndoReport, undoProvision } from "./undo.js";

const MODES: readonly Mode[] = ["create", "update", "upsert", "skip-existing"];

/**
 * Brings users to an app: from CSV, NDJSON or JSON in a file or a stream, or from any list. Each row is checked
 * offline first; a row that fails is told and the others go on. Memory does not grow with the source, except for 12 to
 * 36 bytes a row that know which uids there were.
 *
 * @param source A file's path, a stream or (async) iterable of its bytes or text, or an (async) iterable of users.
 * @param options `admin` sends the requests; all others have defaults.
 * @returns What became of the rows, once all are dealt with or the run has been interrupted.
 * @throws CometChatException `INVALID_OPTIONS`, `INVALID_SOURCE` (it cannot be read, or has no uids), and
 *   `INVALID_JOURNAL` (it is damaged, in use, or of another run), each with the remedy in `details`; what the service
 *   answers to a wrong app id or key.
 */
export async function provisionUsers(
  source: Source,
  options: ProvisionOptions,
): Promise<ProvisionReport> {
  check(options);
  const path = pathOf(source);
  if (path !== undefined && options.failed !== undefined) assertOther(path, options.failed);
  const rows = open(source, options.format);
  await assertAllowed(options);
  if (options.journal === undefined || options.dryRun) {
    return new Run(options, rows, undefined).finish();
  }
  const unlock = lockJournal(options.journal);
  try {
    const journal = await openJournal(options.journal, path, options);
    return await new Run(options, rows, journal).finish();
  } finally {
    unlock();
  }
}

function check(options: ProvisionOptions): void {
  const { admin, mode = "create", preserveDates, concurrency = 1, resume, journal } = options ?? {};
  const refuse = (message: string) => {
    throw new CometChatException({ code: "INVALID_OPTIONS", message });
  };
  if (typeof admin?.createUser !== "function") refuse("`admin` is not an AdminClient.");
  if (!MODES.includes(mode)) refuse(`\`mode\` is ${mode}, and none of ${MODES.join(", ")}.`);
  if (preserveDates && (mode === "update" || mode === "upsert")) {
    refuse(`\`preserveDates\` creates users: it goes with create and skip-existing, not ${mode}.`);
  }
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 1000) {
    refuse("`concurrency` is not a whole number from 1 to 1,000.");
  }
  if (resume && journal === undefined) refuse("`resume` needs the `journal` of the run.");
  if (resume && options.dryRun) refuse("A dry run has nothing to resume.");
}

function pathOf(source: Source): string | undefined {
  if (source instanceof URL) return fileURLToPath(source);
  return typeof source === "string" ? source : undefined;
}

/** The rows that failed must not be written over the rows that are being read. */
function assertOther(source: string, failed: string): void {
  const real = (path: string) => {
    try {
      return realpathSync(path);
    } catch {
      return path;
    }
  };
  if (real(source) !== real(failed)) return;
  throw new CometChatException({
    code: "INVALID_OPTIONS",
    message: `${failed} is the source: the rows that fail cannot be written to it.`,
    details: "Give another file for them.",
  });
}

/** One request with the key, before the first row: what is wrong with the key is wrong for all of them. */
async function assertAllowed({ admin }: ProvisionOptions): Promise<void> {
  try {
    await admin.listUsers({ perPage: 1 }).page(1);
  } catch (error) {
    if (error instanceof CometChatException && error.code === "AUTH_ERR_NO_ACCESS") {
      throw new CometChatException({
        code: error.code,
        message: "This is an auth key, where the REST API key belongs.",
        details:
          'The dashboard shows both under "API & Auth Keys": take the one below "Rest API Keys", with the scope fullAccess.',
        status: 403,
        cause: error,
      });
    }
    throw error;
  }
}

async function openJournal(
  journal: string,
  path: string | undefined,
  options: ProvisionOptions,
): Promise<Journal> {
  const { mode = "create", map = {}, preserveDates = false, appId = "" } = options;
  const run: RunIdentity = {
    appId,
    source: path === undefined ? "" : await digest(path),
    name: path ?? "a stream",
    options: JSON.stringify({ mode, map, preserveDates }),
  };
  return options.resume ? Journal.resume(journal, run) : Journal.begin(journal, run);
}

async function digest(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  return hash.digest("hex");
}
