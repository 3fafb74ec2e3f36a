// Brings a user to the service in one of the modes, and finds out what became of a request whose answer was lost.

import {
  type AdminClient,
  CometChatException,
  type ImportedUser,
  type NewUser,
  type User,
  type UserWithExtras,
} from "cometchat-users/server";
import type { Draft } from "./fields.js";
import type { Mode } from "./options.js";

/** What became of a user. */
export type Outcome = "created" | "updated" | "unchanged" | "skipped";

/** What a row's request needs to know of its run. */
export interface Applied {
  admin: AdminClient;
  mode: Mode;
  /** When the run began, in seconds since 1970. */
  startedAt: number;
  requests: { signal: AbortSignal; maxRetries: number; timeoutMs: number };
}

/** By how much the clocks of this machine and the service may differ, in seconds. */
const CLOCKS_DIFFER = 120;

/** Applies a draft that the offline rules accept. `inDoubt`: an earlier request may have been carried out. */
export async function apply(run: Applied, draft: Draft, inDoubt: boolean): Promise<Outcome> {
  const user = draft as unknown as NewUser;
  switch (run.mode) {
    case "update":
      await run.admin.updateUser(user, run.requests);
      return "updated";
    case "upsert": {
      const { user: found, created } = await run.admin.upsertUser(user, run.requests);
      return created || (inDoubt && isRecent(found, run)) ? "created" : "updated";
    }
    default:
      try {
        await run.admin.createUser(user, run.requests);
        return "created";
      } catch (error) {
        return existing(run, draft, inDoubt, error);
      }
  }
}

/** Creates users with the times that they come with. */
export async function applyWithDates(
  run: Applied,
  rows: { draft: Draft; inDoubt: boolean }[],
): Promise<(Outcome | Error)[]> {
  const users = rows.map(({ draft }) => draft as unknown as ImportedUser);
  const outcomes = await run.admin.importUsers(users, run.requests);
  return Promise.all(
    rows.map(async ({ draft, inDoubt }, at) => {
      const error = outcomes[at]?.error;
      if (error === undefined) return "created";
      return existing(run, draft, inDoubt, error).catch((error) => error as Error);
    }),
  );
}

/** What a dry run finds. */
export async function foresee(run: Applied, draft: Draft): Promise<Outcome> {
  let found: User | undefined;
  try {
    found = await run.admin.getUser(draft.uid as string, run.requests);
  } catch (error) {
    if (!(error instanceof CometChatException && error.code === "ERR_UID_NOT_FOUND")) throw error;
  }
  if (found === undefined) {
    if (run.mode !== "update") return "created";
    throw new CometChatException({
      code: "ERR_UID_NOT_FOUND",
      message: `There is no user ${draft.uid} to update.`,
    });
  }
  if (run.mode === "skip-existing") return "skipped";
  if (run.mode !== "create") return isSame(found, draft) ? "unchanged" : "updated";
  throw new CometChatException({
    code: "ERR_UID_ALREADY_EXISTS",
    message: `There is a user ${draft.uid} already.`,
  });
}

/** The service refused a creation: because the user was there before, or because this run has created it? */
async function existing(
  run: Applied,
  draft: Draft,
  inDoubt: boolean,
  error: unknown,
): Promise<Outcome> {
  if (!(error instanceof CometChatException) || error.code !== "ERR_UID_ALREADY_EXISTS") {
    throw error;
  }
  if (inDoubt || error.maybeCreated || error.attempts > 1) {
    const found = await run.admin.getUser(draft.uid as string, run.requests).catch((error) => {
      // A deactivated user is not shown, and holds its uid all the same.
      if (error instanceof CometChatException && error.code === "ERR_UID_NOT_FOUND")
        return undefined;
      throw error;
    });
    if (found !== undefined && isSame(found, draft) && isRecent(found, run, draft))
      return "created";
  }
  if (run.mode === "skip-existing") return "skipped";
  throw error;
}

/** Whether a user was created since the run began, as far as that can be told. */
const isRecent = (user: User, run: Applied, draft?: Draft) =>
  draft?.createdAt !== undefined ||
  user.createdAt === undefined ||
  user.createdAt >= run.startedAt - CLOCKS_DIFFER;

/** Whether a user has all that the draft says. */
export function isSame(user: User, draft: Draft): boolean {
  return Object.entries(draft).every(([field, value]) => {
    if (field === "uid") return user.uid.toLowerCase() === String(value).toLowerCase();
    const found = (user as UserWithExtras)[field];
    // Not every answer has the tags.
    if (field === "tags" && found === undefined) return true;
    if (field === "tags") return text(sorted(found)) === text(sorted(value));
    return text(found) === text(value);
  });
}

const sorted = (tags: unknown) => (Array.isArray(tags) ? [...new Set(tags)].sort() : tags);

/** JSON with the keys in order, whatever order they came in. */
const text = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? "";
