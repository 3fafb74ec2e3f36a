// Requests that the package has no call for: listing and deleting users through the REST API with its key,
// and the emulator's faults.

import type { Connection } from "./connection.js";
import { request } from "./engine.js";

/** A user as the REST API returns it. */
export interface UserRecord {
  uid: string;
  name: string;
  [field: string]: unknown;
}

export interface UserPage {
  users: UserRecord[];
  total: number;
  pages: number;
}

/** A rule that makes the emulator answer badly on purpose. */
export interface FaultRule {
  match: { method?: string; path?: string };
  action: { type: string; [name: string]: unknown };
  times?: number;
}

export interface Fault extends FaultRule {
  id: string;
  fired: number;
}

/** How long the page waits for these, in milliseconds. */
const PATIENCE = 15_000;

export async function listUsers(
  to: Connection,
  page: number,
  perPage: number,
  search: string,
): Promise<UserPage> {
  const query = new URLSearchParams({
    page: String(page),
    perPage: String(perPage),
    withTags: "true",
  });
  if (search) query.set("searchKey", search);
  const { data, meta } = (await rest(to, "GET", `/users?${query}`)) as {
    data: UserRecord[];
    meta: { pagination: { total: number; total_pages: number } };
  };
  const { total, total_pages } = meta.pagination;
  return { users: data, total, pages: Math.max(1, total_pages) };
}

/** A user as it is now; `undefined` where that is not known soon. */
export async function peek(to: Connection, uid: string): Promise<UserRecord | undefined> {
  if (!to.restApiKey || !uid) return undefined;
  const path = `/users/${encodeURIComponent(uid.toLowerCase())}`;
  return rest(to, "GET", path, undefined, 1_000).then(
    (reply) => (reply as { data: UserRecord }).data,
    () => undefined,
  );
}

/** Deletes a user for good. */
export async function deleteUser(to: Connection, uid: string): Promise<void> {
  await rest(to, "DELETE", `/users/${encodeURIComponent(uid)}`, { permanent: true });
}

function rest(to: Connection, method: string, path: string, body?: object, patience?: number) {
  const host =
    to.target === "emulator"
      ? `${to.emulatorUrl}/v3`
      : `https://${to.appId}.api-${to.region}.cometchat.io/v3`;
  const headers = { appId: to.appId, apiKey: to.restApiKey };
  return ask(`${host}${path}`, method, headers, body, patience);
}

/** The faults that are set. */
export async function faults(to: Connection): Promise<Fault[]> {
  return control<Fault[]>(to, "GET", "/faults");
}

export async function addFaults(to: Connection, rules: FaultRule[]): Promise<void> {
  await control(to, "POST", "/faults", rules);
}

export async function removeFault(to: Connection, id: string): Promise<void> {
  await control(to, "DELETE", `/faults/${id}`);
}

export async function clearFaults(to: Connection): Promise<void> {
  await control(to, "DELETE", "/faults");
}

async function control<T>(to: Connection, method: string, path: string, body?: object): Promise<T> {
  const reply = await ask(`${to.emulatorUrl}/__emulator${path}`, method, {}, body);
  return (reply as { data: T }).data;
}

async function ask(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: object,
  patience = PATIENCE,
): Promise<unknown> {
  const options: RequestInit = { method, headers, signal: AbortSignal.timeout(patience) };
  if (body) {
    options.body = JSON.stringify(body);
    options.headers = { ...headers, "content-type": "application/json" };
  }
  const reply = await request(url, options);
  const answer = await reply.json();
  if (!reply.ok) {
    throw new Error(`${answer?.error?.code ?? reply.status}: ${answer?.error?.message ?? ""}`);
  }
  return answer;
}
