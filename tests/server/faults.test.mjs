// Every fault that the fault suite knows of a server, a proxy or a network, against every operation of
// `AdminClient`: each call settles in time, with the expected code, and shows the REST API key nowhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { AdminClient, CometChatException } from "cometchat-users/server";
import { faults } from "../faults/support/faults.mjs";
import { pooled, stageServers } from "../faults/support/run.mjs";
import { AUTH_KEY, secretsIn } from "../faults/support/secrets.mjs";

/** The secrets that the search knows: one of them is the REST API key here. */
const REST_API_KEY = AUTH_KEY;
const USER = { uid: "user1", name: "Kevin" };

const CALLS = {
  createUser: (admin, options) => admin.createUser(USER, options),
  updateUser: (admin, options) => admin.updateUser(USER, { unset: ["avatar"], ...options }),
  upsertUser: (admin, options) => admin.upsertUser(USER, options),
  getOrCreateUser: (admin, options) => admin.getOrCreateUser(USER, options),
  getUser: (admin, options) => admin.getUser("user1", { onBehalfOf: "user2", ...options }),
  deleteUser: (admin, options) => admin.deleteUser("user1", options),
  listUsers: (admin, options) => admin.listUsers({}, options).page(1),
  deactivateUsers: (admin, options) => admin.deactivateUsers(["user1"], options),
  reactivateUsers: (admin, options) => admin.reactivateUsers(["user1"], options),
  createAuthToken: (admin, options) => admin.createAuthToken("user1", options),
  listAuthTokens: (admin, options) => admin.listAuthTokens("user1", options),
  deleteAuthToken: (admin, options) => admin.deleteAuthToken("user1", "user1_token", options),
  deleteAuthTokens: (admin, options) => admin.deleteAuthTokens("user1", options),
  blockUsers: (admin, options) => admin.blockUsers("user1", ["user2"], options),
  unblockUsers: (admin, options) => admin.unblockUsers("user1", ["user2"], options),
  listBlockedUsers: (admin, options) => admin.listBlockedUsers("user1", {}, options).page(1),
  importUsers: (admin, options) => admin.importUsers([USER], options),
};

/** Those whose answer is the user that the suite's server gives to everything. */
const OF_A_USER = ["createUser", "updateUser", "upsertUser", "getOrCreateUser", "getUser"];
/** Those for which any object is an answer. */
const OF_ANYTHING = ["deleteUser", "deleteAuthToken", "deleteAuthTokens"];

/** What a fault is to a client without a session: how a server answers, or that there is none. */
const chosen = faults.filter(
  ({ answer, url, methods, before, storage, fetch, abort }) =>
    (answer || url) && !methods && !before && !storage && !fetch && !abort,
);

test("most faults of the suite are tried", () => {
  assert.ok(chosen.length > 120, String(chosen.length));
});

/** All the ways in which programs show an error. */
const shown = (error) =>
  [
    error.message,
    error.details,
    error.stack,
    String(error),
    JSON.stringify(error),
    inspect(error, { depth: 10, showHidden: true }),
    inspect(error.cause, { depth: 10, showHidden: true }),
  ].join("\n");

async function complaints(fault) {
  const servers = await stageServers(fault);
  const found = [];
  const limitMs = fault.settings?.timeoutMs ?? 8_000;
  // A few at a time: a reply of megabytes takes the process a while.
  await pooled(Object.entries(CALLS), 6, async ([name, call]) => {
    const admin = new AdminClient("app", REST_API_KEY, {
      ...fault.settings,
      timeoutMs: limitMs,
      adminHost: `${servers.url}/${name}/v3.0`,
    });
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, limitMs + 2_500, "late");
    });
    const outcome = call(admin).then(
      (value) => ({ value }),
      (error) => ({ error }),
    );
    const ended = await Promise.race([outcome, late]);
    clearTimeout(timer);
    if (ended === "late") return found.push(`${name} never settles`);
    const { value, error } = ended;
    const { code, status } = fault.expect;
    const isShown = error
      ? secretsIn(shown(error)).length > 0
      : inspect(value, { depth: 10 }).includes(REST_API_KEY);
    if (isShown) found.push(`${name} shows the REST API key`);
    if (error && !(error instanceof CometChatException)) found.push(`${name} rejects: ${error}`);
    // A reply of another shape than this operation's is no answer to it, or one that says nothing.
    const isOwn = OF_A_USER.includes(name);
    const isAnything =
      OF_ANYTHING.includes(name) || /ivateUsers$|ockUsers$|^importUsers$/.test(name);
    const isEmptyList = name.startsWith("list") && fault.id === "data-array-200";
    const isAnswer = !code || isEmptyList || (isAnything && error === undefined && status === 200);
    if (isAnswer) {
      if (isOwn && error) found.push(`${name} rejects with ${error.code}`);
      return;
    }
    if (!error) return found.push(`${name} resolves, and should reject with ${code}`);
    const isOtherList = name.startsWith("list") && error.code === "INVALID_RESPONSE";
    if (error.code !== code && !isOtherList) found.push(`${name}: ${error.code}, not ${code}`);
    if (error.status !== status) found.push(`${name}: status ${error.status}, not ${status}`);
  });
  await servers.stop();
  return found;
}

test("every operation meets every fault", { concurrency: true }, async (t) => {
  await pooled(chosen, 2, (fault) =>
    t.test(`${fault.group}: ${fault.title}`, async () => {
      assert.deepEqual(await complaints(fault), [], fault.id);
    }),
  );
});

test("a reply that repeats the REST API key is shown without it", async () => {
  const text = (key) => JSON.stringify({ error: { code: "ERR_ECHO", message: `key ${key}` } });
  const fetch = async (_url, { headers }) => new Response(text(headers.apiKey), { status: 400 });
  for (const [name, call] of Object.entries(CALLS)) {
    const admin = new AdminClient("app", REST_API_KEY, { region: "us", fetch });
    await assert.rejects(call(admin), (error) => {
      assert.equal(error.code, "ERR_ECHO", name);
      assert.match(error.message, /key \*\*\*/);
      assert.deepEqual(secretsIn(shown(error)), [], name);
      return true;
    });
    assert.deepEqual(secretsIn(inspect(admin, { depth: 10, showHidden: true })), []);
    assert.deepEqual(secretsIn(JSON.stringify({ admin })), []);
  }
});

test("an import's entries repeat no key", async () => {
  const fetch = async (_url, { headers }) =>
    Response.json({
      data: { user1: { success: false, error: { code: "ERR_ECHO", message: headers.apiKey } } },
    });
  const admin = new AdminClient("app", REST_API_KEY, { region: "us", fetch });
  const [{ error }] = await admin.importUsers([USER]);
  assert.equal(error.code, "ERR_ECHO");
  assert.deepEqual(secretsIn(shown(error)), []);
});
