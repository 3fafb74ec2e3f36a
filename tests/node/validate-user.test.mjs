// The broken rules of a user, for forms and for other languages: asked for without a request, and on the error of
// a call.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, User, validateUser } from "cometchat-users";
import { recordingFetch } from "../support/fetches.mjs";

const KEY = "f0".repeat(20);
const BROKEN = {
  uid: "a b",
  name: "n".repeat(101),
  avatar: "nope",
  tags: ["", 5, "t".repeat(101)],
  metadata: { text: "x".repeat(6_000) },
};
const RULES = [
  ["uid", "alphaDash", undefined],
  ["name", "maxLength", 100],
  ["avatar", "url", undefined],
  ["metadata", "maxBytes", 5_120],
  ["tags.0", "notBlank", undefined],
  ["tags.1", "text", undefined],
  ["tags.2", "maxLength", 100],
];
const rulesOf = (violations) => violations.map(({ field, rule, limit }) => [field, rule, limit]);

test("validateUser tells all of them, each with its limit and a sentence", async () => {
  const violations = await validateUser(BROKEN);
  assert.deepEqual(rulesOf(violations), RULES);
  for (const { field, message } of violations) assert.ok(message.startsWith(`${field} `), message);
});

test("an error has them beside the sentences of fieldErrors", async () => {
  const { fetch, requests } = recordingFetch();
  const client = new Client("app", { region: "us", fetch });
  const error = await client.createUser(BROKEN, KEY).catch((error) => error);
  assert.equal(error.code, "INVALID_UID");
  assert.deepEqual(rulesOf(error.violations), RULES);
  assert.deepEqual(
    error.violations.map(({ field, message }) => [field, message]),
    Object.entries(error.fieldErrors).flatMap(([field, messages]) =>
      messages.map((message) => [field, message]),
    ),
  );
  assert.deepEqual(JSON.parse(JSON.stringify(error)).violations, error.violations);
  assert.equal(requests.length, 0);
});

test("other errors have none", async () => {
  const { fetch } = recordingFetch(() => Promise.reject(new Error("down")));
  const client = new Client("app", { region: "us", fetch, maxRetries: 0 });
  const error = await client.createUser({ uid: "u", name: "n" }, KEY).catch((error) => error);
  assert.equal("violations" in error, false);
});

test("what is needed depends on what is to be done", async () => {
  const rules = async (...given) => (await validateUser(...given)).map(({ rule }) => rule);
  assert.deepEqual(await rules({ uid: "u", name: "n" }), []);
  assert.deepEqual(await rules({ avatar: "" }, "create"), ["required", "required", "notBlank"]);
  assert.deepEqual(await rules({ avatar: "" }, "update"), ["required"]);
  assert.deepEqual(await rules({ avatar: "" }, "updateCurrent"), []);
  // Neither is sent, so neither can be wrong.
  assert.deepEqual(await rules({ uid: "a b", role: "a b" }, "updateCurrent"), []);
});

test("what cannot be checked is refused", async () => {
  await assert.rejects(validateUser(5), { code: "MISSING_PARAMETERS" });
  await assert.rejects(validateUser({}, "delete"), { code: "INVALID_OPTIONS" });
});

test("a field by nearly its name is misspelt, unless the field itself is there", async () => {
  const misspelt = async (user, action = "create") =>
    (await validateUser({ uid: "kevin", name: "Kevin", ...user }, action))
      .filter(({ rule }) => rule === "misspelt")
      .map(({ field }) => field);
  for (const [written, meant] of Object.entries({
    statusMesage: "statusMessage",
    status_message: "statusMessage",
    avatr: "avatar",
    metaData: "metadata",
    tag: "tags",
    roles: "role",
  })) {
    assert.deepEqual(await misspelt({ [written]: "x" }), [meant], written);
    const value = { metadata: {}, tags: [], avatar: "https://a.io" }[meant] ?? "x";
    assert.deepEqual(await misspelt({ [written]: "x", [meant]: value }), [], written);
  }
  // Names of the caller's own, of the service, and of another kind of thing.
  for (const name of [
    "id",
    "game",
    "line",
    "email",
    "conversationId",
    "status",
    "authToken",
    "t",
  ]) {
    assert.deepEqual(await misspelt({ [name]: "x" }), [], name);
  }
  assert.deepEqual(await misspelt({ roles: "x" }, "updateCurrent"), []);
  const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`f${index}`, 1]));
  assert.deepEqual(await misspelt({ ...wide, tag: "x" }), []);
});

test("what a user of the service has is no slip", async () => {
  const user = new User("kevin");
  user.setName("Kevin");
  assert.deepEqual(
    await validateUser(Object.assign(user, { conversationId: "a", wsChannel: {} })),
    [],
  );
  const throwing = new Proxy({ uid: "kevin", name: "Kevin" }, { ownKeys: () => assert.fail() });
  assert.deepEqual(await validateUser(throwing), []);
});
