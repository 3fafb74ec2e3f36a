// Who is logged in, told to listeners: after logins, logouts, the end of a session at the service, and what another
// tab does.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import * as shared from "cometchat-users";
import { LoginListener, User } from "cometchat-users";
import { useEmulator } from "../support/emulator.mjs";
import { unhandled } from "../support/programs.mjs";
import { withGlobals, workingStorage } from "../support/storages.mjs";

const emulator = useEmulator();
const setGlobal = withGlobals();

/** A client, and the uids that its listener was told; null for nobody. */
function watched(client = emulator.client()) {
  const told = [];
  const stop = client.onSessionChange((user) => told.push(user?.getUid() ?? null));
  return { client, told, stop, login: (uid) => client.login(uid, emulator.authKey) };
}

describe("a listener is told", () => {
  test("a login, another one and a logout, each once", async () => {
    const { client, told, login } = watched();
    await login("cometchat-uid-1");
    await pause();
    assert.deepEqual(told, ["cometchat-uid-1"]);
    await login("cometchat-uid-2");
    await client.logout();
    await pause();
    assert.deepEqual(told, ["cometchat-uid-1", "cometchat-uid-2", null]);
  });

  test("a User, and a new one each", async () => {
    const client = emulator.client();
    const users = [];
    client.onSessionChange((user) => users.push(user));
    client.onSessionChange((user) => users.push(user));
    const user = await client.login("cometchat-uid-1", emulator.authKey);
    await pause();
    assert.ok(users[0] instanceof User);
    assert.deepEqual(users[0], user);
    assert.notEqual(users[0], users[1]);
  });

  test("nothing by calls that leave the session as it is, and by a login that fails", async () => {
    const { client, told, login } = watched();
    await login("cometchat-uid-1");
    await pause();
    told.length = 0;
    await client.updateCurrentUserDetails({ name: "Other" });
    await client.getUser("cometchat-uid-2");
    await login("cometchat-uid-1");
    await assert.rejects(login("nobody"));
    await assert.rejects(client.getUser("nobody"));
    await pause();
    assert.deepEqual(told, []);
  });

  test("the end of the session at the service", async () => {
    const { client, told, login } = watched();
    const user = await login("cometchat-uid-1");
    await emulator.rest("DELETE", `/users/cometchat-uid-1/auth_tokens/${user.getAuthToken()}`);
    await assert.rejects(client.getUser("cometchat-uid-2"));
    await pause();
    assert.deepEqual(told, ["cometchat-uid-1", null]);
  });

  test("nothing of a session that was there before", async () => {
    const client = emulator.client();
    await client.login("cometchat-uid-1", emulator.authKey);
    const { told } = watched(client);
    await client.getLoggedInUser();
    await pause();
    assert.deepEqual(told, []);
    await client.logout();
    await pause();
    assert.deepEqual(told, [null]);
  });

  test("nothing once it has been taken away; the others still are", async () => {
    const { client, told, stop, login } = watched();
    const other = watched(client);
    stop();
    await login("cometchat-uid-1");
    await pause();
    assert.deepEqual(told, []);
    assert.deepEqual(other.told, ["cometchat-uid-1"]);
  });

  test("of its own client alone", async () => {
    const { told } = watched();
    await emulator.client().login("cometchat-uid-1", emulator.authKey);
    await pause();
    assert.deepEqual(told, []);
  });

  test("by a storage of the caller's, too: not what it held before", async () => {
    const storage = workingStorage();
    const settings = { storage, sessionName: "mine" };
    await emulator.client(settings).login("cometchat-uid-1", emulator.authKey);
    const { client, told } = watched(emulator.client(settings));
    assert.equal((await client.getLoggedInUser()).getUid(), "cometchat-uid-1");
    await client.logout();
    await pause();
    assert.deepEqual(told, [null]);
  });
});

test("a listener that throws fails no call, and keeps no other from being told", async () => {
  const heard = await unhandled(`
    import { Client } from "cometchat-users";
    const client = new Client("${emulator.appId}", {});
    client.connectEmulator("${emulator.url}");
    client.onSessionChange(() => {
      throw new Error("mine");
    });
    client.onSessionChange((user) => console.log(user.getUid()));
    console.log((await client.login("cometchat-uid-1", "${emulator.authKey}")).getUid());
  `);
  assert.equal(heard, "cometchat-uid-1\ncometchat-uid-1\nunhandled: mine\n");
});

test("what another tab stores is told when the page hears of it", async () => {
  const tabs = new EventTarget();
  setGlobal("localStorage", { value: workingStorage() });
  setGlobal("addEventListener", { value: tabs.addEventListener.bind(tabs) });
  setGlobal("removeEventListener", { value: tabs.removeEventListener.bind(tabs) });
  const settings = { storage: "local", sessionName: "tabs" };
  const here = watched(emulator.client(settings));
  assert.equal(await here.client.getLoggedInUser(), null);
  await emulator.client(settings).login("cometchat-uid-1", emulator.authKey);
  tabs.dispatchEvent(new Event("storage"));
  await pause();
  assert.deepEqual(here.told, ["cometchat-uid-1"]);

  here.stop();
  await emulator.client(settings).logout();
  tabs.dispatchEvent(new Event("storage"));
  await pause();
  assert.deepEqual(here.told, ["cometchat-uid-1"]);
});

test("the official SDK's listeners hear of logins and logouts until they are removed", async () => {
  shared.connectEmulator(emulator.url);
  const heard = [];
  const listener = (name) =>
    new LoginListener({
      loginSuccess: (user) => heard.push([name, user.getUid()]),
      logoutSuccess: () => heard.push([name, null]),
    });
  shared.addLoginListener("one", listener("first"));
  shared.addLoginListener("one", listener("second"));
  await shared.init(emulator.appId, { region: "us" });
  await shared.login("cometchat-uid-1", emulator.authKey);
  await pause();
  assert.deepEqual(heard, [["second", "cometchat-uid-1"]], "a name stands for one listener");
  await shared.logout();
  await pause();
  shared.removeLoginListener("one");
  shared.removeLoginListener("another");
  await shared.login("cometchat-uid-1", emulator.authKey);
  await pause();
  assert.deepEqual(heard.slice(1), [["second", null]]);
  await shared.logout();
});
