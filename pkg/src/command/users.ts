// The commands for single users, and for lists of them.

import { type AdminClient, type User, type UserFilter, validateUser } from "cometchat-users/server";
import { csvLine } from "../provision/failed.js";
import { FIELDS } from "../provision/fields.js";
import { UsageError } from "./errors.js";
import { line, note, number, print, show } from "./output.js";
import type { App } from "./settings.js";

/** The flags that give a user's fields. */
export interface UserFlags {
  name?: string;
  avatar?: string;
  link?: string;
  role?: string;
  statusMessage?: string;
  tags?: string[];
  metadata?: string;
  unset?: string[];
  withAuthToken?: boolean;
}

/** The flags that choose users. */
export interface ListFlags {
  search?: string;
  role?: string;
  tags?: string[];
  status?: "online" | "offline";
  deactivated?: boolean;
  withDeactivated?: boolean;
  limit?: number;
}

type Changes = Parameters<AdminClient["updateUser"]>[0];
type Unset = NonNullable<Parameters<AdminClient["updateUser"]>[1]>["unset"];

function fieldsOf(uid: string, flags: UserFlags): Changes {
  const { unset: _, withAuthToken: __, metadata, ...fields } = flags;
  const known = Object.fromEntries(
    (["name", "avatar", "link", "role", "statusMessage", "tags"] as const)
      .filter((field) => fields[field] !== undefined)
      .map((field) => [field, fields[field]]),
  );
  if (metadata === undefined) return { uid, ...known };
  try {
    return { uid, ...known, metadata: JSON.parse(metadata) };
  } catch {
    throw new UsageError("--metadata is not JSON.", `Write it like '{"team":"sales"}'.`);
  }
}

/** Tells what the rules say before anything is sent: exit code 2. */
async function checked(fields: Changes, write: "create" | "update"): Promise<Changes> {
  const violations = await validateUser(fields, write);
  if (violations.length === 0) return fields;
  throw new UsageError(violations.map(({ field, message }) => `${field}: ${message}`).join("\n"));
}

export async function create({ admin }: App, uid: string, flags: UserFlags, isJson: boolean) {
  const fields = (await checked(fieldsOf(uid, flags), "create")) as Parameters<
    AdminClient["createUser"]
  >[0];
  const withAuthToken = flags.withAuthToken ?? false;
  await show(await admin.createUser(fields, { withAuthToken }), isJson);
}

export async function update({ admin }: App, uid: string, flags: UserFlags, isJson: boolean) {
  const fields = await checked(fieldsOf(uid, flags), "update");
  const unset = flags.unset as Unset;
  await show(await admin.updateUser(fields, unset === undefined ? {} : { unset }), isJson);
}

export async function get(
  { admin }: App,
  uid: string,
  flags: { onBehalfOf?: string },
  isJson: boolean,
) {
  const { onBehalfOf } = flags;
  await show(await admin.getUser(uid, onBehalfOf === undefined ? {} : { onBehalfOf }), isJson);
}

export async function remove(
  { admin }: App,
  uid: string,
  flags: { permanent?: boolean },
  isJson: boolean,
) {
  const permanent = flags.permanent ?? false;
  await admin.deleteUser(uid, { permanent });
  const outcome = permanent ? "deleted" : "deactivated";
  if (isJson) await print(JSON.stringify({ uid, outcome }));
  else await print(`${uid} is ${outcome}.`);
}

export async function token({ admin }: App, uid: string, isJson: boolean) {
  const created = await admin.createAuthToken(uid);
  // The token alone, for a script.
  await print(isJson ? JSON.stringify(created) : created.authToken);
}

export async function list({ admin }: App, flags: ListFlags, isJson: boolean) {
  const limit = flags.limit ?? Number.POSITIVE_INFINITY;
  let count = 0;
  for await (const user of admin.listUsers({
    ...filterOf(flags),
    ...(limit < 1000 && { perPage: Math.max(limit, 1) }),
  })) {
    if (count++ >= limit) break;
    await print(isJson ? JSON.stringify(user) : line(user));
  }
}

export async function exportUsers(
  { admin }: App,
  flags: ListFlags & { format?: "csv" | "ndjson" },
  write: (text: string) => Promise<void>,
) {
  let count = 0;
  if (flags.format === "csv") await write(csvLine(FIELDS));
  // By name, since users who come and go meanwhile would move from page to page.
  const order = { sortBy: "name", withTags: true } as const;
  for await (const user of admin.listUsers({ ...filterOf(flags), ...order })) {
    count++;
    await write(flags.format === "csv" ? csvOf(user) : `${JSON.stringify(exported(user))}\n`);
  }
  note(`${number(count)} users exported`);
}

const csvOf = (user: User) => csvLine(FIELDS.map((field) => exported(user)[field]));

/** What an import takes. */
const exported = (user: User): Record<string, unknown> =>
  Object.fromEntries(
    FIELDS.map((field) => [field, user[field]]).filter(([field, value]) =>
      field === "tags" ? Array.isArray(value) && value.length > 0 : Boolean(value),
    ),
  );

function filterOf({ search, role, tags, status, deactivated, withDeactivated }: ListFlags) {
  const filter: UserFilter = {};
  if (search !== undefined) filter.searchKey = search;
  if (role !== undefined) filter.role = role;
  if (tags !== undefined) filter.tags = tags;
  if (status !== undefined) filter.status = status;
  if (deactivated) filter.onlyDeactivated = true;
  if (withDeactivated) filter.withDeactivated = true;
  return filter;
}

export async function whoami({ admin, appId, place }: App, isJson: boolean) {
  const { users, meta } = await admin.listUsers({ perPage: 1, count: true }).page(1);
  const total = meta.total ?? users.length;
  const who = { appId, place, key: "REST API key", users: total };
  if (isJson) await print(JSON.stringify(who));
  else await print(`${appId}, ${place}: the REST API key is accepted; ${number(total)} users`);
}
