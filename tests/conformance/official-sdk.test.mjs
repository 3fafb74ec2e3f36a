// The official JavaScript SDK, unmodified, against the emulator. It always uses `https`, and it was made for
// browsers: `support/official-sdk.mjs` redirects it to the emulator and fakes the page that it looks for.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { startEmulator } from "../../scripts/emulator.mjs";

let emulator;
let CometChat;
const asked = [];
/** The statuses of replies to the SDK's reports about itself. */
const reports = [];
const reported = new EventEmitter();

before(async () => {
  emulator = await startEmulator();
  const { host } = new URL(emulator.url);
  process.env.COMETCHAT_EMULATOR_HOST = host;
  await import("../support/official-sdk.mjs");
  const send = globalThis.fetch;
  globalThis.fetch = async (url, options) => {
    const { pathname } = new URL(url);
    asked.push(`${options?.method ?? "GET"} ${pathname}`);
    const reply = await send(url, options);
    if (pathname.endsWith("/user_sessions")) {
      reports.push(reply.status);
      reported.emit("report");
    }
    return reply;
  };
  ({ CometChat } = createRequire(import.meta.url)("@cometchat/chat-sdk-javascript"));
  const settings = new CometChat.AppSettingsBuilder()
    .setRegion("us")
    .autoEstablishSocketConnection(false)
    .overrideAdminHost(`${host}/v3.0`)
    .overrideClientHost(`${host}/v3.0`)
    .build();
  await CometChat.init(emulator.appId, settings);
});

after(() => emulator?.stop());

/** A user of the SDK's own class. */
function newUser(uid, name) {
  const user = new CometChat.User(uid);
  user.setName(name);
  return user;
}

/** The error with which a promise of the SDK rejects. */
async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail("it did not reject");
}

const key = () => emulator.authKey;

/** The uids of the users that a request lists. */
async function listed(change) {
  const builder = change(new CometChat.UsersRequestBuilder().setLimit(30));
  return (await builder.build().fetchNext()).map((user) => user.getUid());
}

test("it creates a user", async () => {
  const user = newUser("Usr1", "Kevin");
  user.setMetadata({ custom: "data" });
  user.setTags(["tag1", "tag2"]);
  const created = await CometChat.createUser(user, key());
  assert.equal(created.getUid(), "usr1");
  assert.equal(created.getName(), "Kevin");
  assert.equal(created.getStatus(), "offline");
  assert.equal(created.getRole(), "default");
  assert.deepEqual(created.getTags(), ["tag1", "tag2"]);
  assert.deepEqual(created.getMetadata(), { custom: "data" });
  assert.equal(created.getAuthToken(), undefined);
});

test("it updates a user and clears fields", async () => {
  const user = newUser("usr1", "Kevin Fernandez");
  user.setAvatar("https://example.com/new-avatar.png");
  user.setRole("admin");
  user.setTags([]);
  user.setMetadata({});
  const updated = await CometChat.updateUser(user, key());
  assert.equal(updated.getName(), "Kevin Fernandez");
  assert.equal(updated.getRole(), "admin");
  assert.equal(updated.getAvatar(), "https://example.com/new-avatar.png");
  assert.equal(updated.getTags(), undefined);
  assert.equal(updated.getMetadata(), undefined);
});

test("a duplicate uid has the documented code", async () => {
  const error = await failure(CometChat.createUser(newUser("USR1", "Other"), key()));
  assert.equal(error.code, "ERR_UID_ALREADY_EXISTS");
  assert.match(error.message, /^The uid usr1 already exists\./);
});

test("an unknown uid has the documented code", async () => {
  const updating = await failure(CometChat.updateUser(newUser("nobody", "x"), key()));
  assert.equal(updating.code, "ERR_UID_NOT_FOUND");
  const signingIn = await failure(CometChat.login("nobody", key()));
  assert.equal(signingIn.code, "ERR_UID_NOT_FOUND");
});

test("a wrong key has the documented code", async () => {
  const wrong = "1".repeat(40);
  const error = await failure(CometChat.createUser(newUser("usr2", "x"), wrong));
  assert.equal(error.code, "AUTH_ERR_APIKEY_NOT_FOUND");
  assert.ok(!error.message.includes(wrong));
  const signingIn = await failure(CometChat.login("usr1", wrong));
  assert.equal(signingIn.code, "AUTH_ERR_APIKEY_NOT_FOUND");
});

test("what breaks a rule is told field by field", async () => {
  const user = newUser("usr2", "x");
  user.setAvatar("nope");
  const error = await failure(CometChat.createUser(user, key()));
  assert.equal(error.code, "ERR_BAD_REQUEST");
  assert.deepEqual(error.details, { avatar: ["The avatar must be a valid URL."] });
});

test("it blocks users, lists them and unblocks them", async () => {
  await CometChat.login("usr1", key());
  const others = ["cometchat-uid-1", "cometchat-uid-2"];
  const blocked = await CometChat.blockUsers([...others, "nobody"]);
  assert.deepEqual(
    Object.entries(blocked).map(([uid, { success }]) => [uid, success]),
    [
      ["cometchat-uid-1", true],
      ["cometchat-uid-2", true],
      ["nobody", false],
    ],
  );
  assert.equal((await CometChat.getUser("cometchat-uid-1")).getBlockedByMe(), true);
  const uids = (users) => users.map((user) => user.getUid());
  const list = new CometChat.BlockedUsersRequestBuilder().setLimit(1).blockedByMe().build();
  assert.deepEqual(uids(await list.fetchNext()), ["cometchat-uid-1"]);
  assert.deepEqual(uids(await list.fetchNext()), ["cometchat-uid-2"]);
  assert.deepEqual(await list.fetchNext(), []);
  const users = new CometChat.UsersRequestBuilder().setLimit(30).hideBlockedUsers(true).build();
  const shown = uids(await users.fetchNext());
  assert.ok(shown.includes("cometchat-uid-3"));
  for (const other of others) assert.ok(!shown.includes(other), other);
  const unblocked = await CometChat.unblockUsers(others);
  assert.equal(unblocked["cometchat-uid-1"].success, true);
  assert.equal((await CometChat.getUser("cometchat-uid-1")).getBlockedByMe(), false);
  await CometChat.logout();
});

test("it signs in with uid and key, updates itself, gets and lists others and signs out", async () => {
  asked.length = 0;
  const me = await CometChat.login("usr1", key());
  assert.deepEqual(asked, ["POST /v3.0/users/usr1/auth_tokens", "PUT /v3.0/me"]);
  assert.equal(me.getUid(), "usr1");
  assert.equal(me.getStatus(), "online");
  assert.match(me.getAuthToken(), /^usr1_[0-9]{10}[0-9a-f]{30}$/);

  const change = newUser("cometchat-uid-1", "Updated Name");
  change.setRole("no-such-role");
  const updated = await CometChat.updateCurrentUserDetails(change);
  assert.equal(updated.getUid(), "usr1");
  assert.equal(updated.getName(), "Updated Name");
  assert.equal(updated.getRole(), "admin", "nobody changes their own role");
  assert.equal(updated.getAuthToken(), me.getAuthToken());
  const stored = await CometChat.getLoggedinUser();
  assert.equal(stored.getName(), "Updated Name");

  const other = await CometChat.getUser("cometchat-uid-1");
  assert.equal(other.getName(), "Andrew Joseph");
  assert.equal(other.getHasBlockedMe(), false);
  assert.equal((await failure(CometChat.getUser("nobody"))).code, "ERR_UID_NOT_FOUND");

  const some = ["cometchat-uid-2", "cometchat-uid-5", "usr1"];
  assert.deepEqual(await listed((builder) => builder.setUIDs(some)), [
    "usr1",
    "cometchat-uid-2",
    "cometchat-uid-5",
  ]);
  assert.deepEqual(
    await listed((builder) => builder.setUIDs(some).sortBy("name").sortByOrder("desc")),
    ["usr1", "cometchat-uid-5", "cometchat-uid-2"],
  );
  assert.deepEqual(await listed((builder) => builder.friendsOnly(true)), []);

  asked.length = 0;
  await CometChat.logout();
  assert.deepEqual(asked, ["DELETE /v3.0/me"]);
  assert.equal(await CometChat.getLoggedinUser(), null);
});

test("it signs in with a token, and the settings of the reply lead it back here", async () => {
  const reply = await fetch(`${emulator.url}/v3/users/usr1/auth_tokens`, {
    method: "POST",
    headers: { appId: emulator.appId, apiKey: key() },
  });
  const { authToken } = (await reply.json()).data;
  const me = await CometChat.login(authToken);
  assert.equal(me.getUid(), "usr1");
  // From here on the SDK takes its hosts from the emulator's reply.
  const created = await CometChat.createUser(newUser("usr3", "Third"), key());
  assert.equal(created.getUid(), "usr3");
  assert.equal((await CometChat.getUser("usr3")).getName(), "Third");
  await CometChat.logout();
});

test("a token that is not known has the documented code", async () => {
  const error = await failure(CometChat.login("usr1_1630306819c3027ce530b2367f3c97b4106f0cb8"));
  assert.equal(error.code, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
});

test("its report, five seconds after each of four times signing in, is taken", async () => {
  await CometChat.login("usr3", key());
  while (reports.length < 4) {
    await once(reported, "report");
  }
  assert.deepEqual(reports, [200, 200, 200, 200]);
});
