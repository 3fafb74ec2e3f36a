// The `CometChat` namespace holds all that the package exports, so that code written for the
// official SDK changes its import and nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as everything from "cometchat-users";

const { CometChat, ...exported } = everything;

test("the namespace holds every export, and no other", () => {
  assert.deepEqual({ ...CometChat }, exported);
});

test("the names of the documentation are there", () => {
  for (const name of [
    "init",
    "createUser",
    "updateUser",
    "updateCurrentUserDetails",
    "login",
    "logout",
    "getLoggedInUser",
    "getLoggedinUser",
    "getUser",
    "isInitialized",
    "connectEmulator",
    "load",
    "User",
    "AppSettingsBuilder",
    "CometChatException",
    "Client",
  ]) {
    assert.equal(typeof CometChat[name], "function", name);
  }
  assert.deepEqual(CometChat.StorageMode, { LOCAL: "local", SESSION: "session" });
});

test("a function works on its own, taken out of the namespace", async () => {
  const { init, getLoggedInUser } = CometChat;
  assert.equal(await init("app", { region: "us" }), true);
  assert.equal(await getLoggedInUser(), null);
});

test("a User is made from a uid, from a uid and a name, and from fields", () => {
  const { User } = CometChat;
  assert.deepEqual({ ...new User("usr1") }, { uid: "usr1" });
  assert.deepEqual({ ...new User("usr1", "Kevin") }, { uid: "usr1", name: "Kevin" });
  const fields = { uid: "usr1", name: "Kevin", tags: ["a"], metadata: { a: 1 }, more: true };
  assert.deepEqual({ ...new User(fields) }, fields);
  assert.deepEqual({ ...new User(new User("usr1", "Kevin")) }, { uid: "usr1", name: "Kevin" });
});

test("each setter of the official class has its getter", () => {
  const user = new CometChat.User("usr1");
  for (const [name, value] of [
    ["Uid", "usr2"],
    ["Name", "Kevin"],
    ["AuthToken", "usr1_token"],
    ["Avatar", "https://example.com/a.png"],
    ["Link", "https://example.com/"],
    ["Role", "moderator"],
    ["Metadata", { a: 1 }],
    ["Status", "online"],
    ["StatusMessage", "Hi"],
    ["LastActiveAt", 1_745_554_700],
    ["HasBlockedMe", true],
    ["BlockedByMe", true],
    ["Tags", ["vip"]],
    ["DeactivatedAt", 1_745_554_700],
  ]) {
    user[`set${name}`](value);
    assert.deepEqual(user[`get${name}`](), value, name);
  }
});
