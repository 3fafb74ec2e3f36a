// Who is logged in: login with a key and with a token, logout, what the session keeps and where, and
// that no client ever sees another's session.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as shared from "cometchat-users";
import { Client, User } from "cometchat-users";
import { deserted, newUid, useEmulator } from "../support/emulator.mjs";
import { deferred, recordingFetch, reply, watchedFetch } from "../support/fetches.mjs";
import { unhandled } from "../support/programs.mjs";
import { fullStorage, refusingStorage, withGlobals, workingStorage } from "../support/storages.mjs";

const emulator = useEmulator();
const setGlobal = withGlobals();

/** A token of a user, as an app's own server gets it with the REST API key. */
async function tokenOf(uid) {
  return (await emulator.rest("POST", `/users/${uid}/auth_tokens`, {})).authToken;
}

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

const revoke = (uid, token) => emulator.rest("DELETE", `/users/${uid}/auth_tokens/${token}`);

describe("login", () => {
  test("with a uid and a key: a key call for a token, then the session itself", async () => {
    const { fetch, requests } = watchedFetch();
    const client = emulator.client({ fetch });
    const user = await client.login("cometchat-uid-1", emulator.authKey);
    assert.ok(user instanceof User);
    assert.equal(user.getUid(), "cometchat-uid-1");
    assert.equal(user.getStatus(), "online");

    const [first, second] = requests;
    assert.equal(requests.length, 2);
    assert.match(first.url, /\/users\/cometchat-uid-1\/auth_tokens$/);
    assert.equal(first.headers.apiKey, emulator.authKey);
    assert.equal(first.headers.authToken, undefined);
    assert.match(second.url, /\/me$/);
    assert.equal(second.headers.authToken, user.getAuthToken());
    assert.equal(second.headers.apiKey, undefined, "the key is for its own call alone");
  });

  test("with a token: no key is sent", async () => {
    const { fetch, requests } = watchedFetch();
    const client = emulator.client({ fetch });
    const token = await tokenOf("cometchat-uid-2");
    const user = await client.login(token);
    assert.equal(user.getUid(), "cometchat-uid-2");
    assert.deepEqual(
      requests.map(({ method, headers }) => [method, headers.authToken, headers.apiKey]),
      [["PUT", token, undefined]],
    );
  });

  test("again as the same user sends no request", async () => {
    const { fetch, requests } = watchedFetch();
    const client = emulator.client({ fetch });
    const user = await client.login("cometchat-uid-1", emulator.authKey);
    const sent = requests.length;
    assert.deepEqual(await client.login("cometchat-uid-1", emulator.authKey), user);
    assert.deepEqual(await client.login("COMETCHAT-UID-1", emulator.authKey), user);
    assert.deepEqual(await client.login(user.getAuthToken()), user);
    assert.equal(requests.length, sent);
  });

  test("as another user takes the session's place", async () => {
    const client = emulator.client();
    await client.login("cometchat-uid-1", emulator.authKey);
    await client.login("cometchat-uid-2", emulator.authKey);
    assert.equal((await client.getLoggedInUser()).getUid(), "cometchat-uid-2");
  });

  test("while another login is under way: LOGIN_IN_PROGRESS, and the first one succeeds", async () => {
    const client = emulator.client();
    const [first, second] = await Promise.allSettled([
      client.login("cometchat-uid-1", emulator.authKey),
      client.login("cometchat-uid-2", emulator.authKey),
    ]);
    assert.equal(first.value.getUid(), "cometchat-uid-1");
    assert.equal(second.reason.code, "LOGIN_IN_PROGRESS");
  });

  test("while an equal one is under way: one session, and the same user for both", async () => {
    const { fetch, requests } = watchedFetch();
    const client = emulator.client({ fetch });
    const login = () => client.login("cometchat-uid-1", emulator.authKey);
    const [first, second, third] = await Promise.all([login(), login(), login()]);
    assert.equal(requests.length, 2);
    assert.deepEqual(second, first);
    assert.deepEqual(third, first);
    first.getMetadata().mine = 1;
    assert.equal(second.getMetadata().mine, undefined, "each has its own user");
  });

  test("while an equal one is under way, with a token: one session", async () => {
    const { fetch, requests } = watchedFetch();
    const client = emulator.client({ fetch });
    const token = await tokenOf("cometchat-uid-2");
    await Promise.all([client.login(token), client.login(token)]);
    assert.equal(requests.length, 1);
  });

  test("while an equal one is under way that is aborted: it logs in itself", async () => {
    const client = emulator.client();
    const { signal, abort } = abortable();
    const first = client.login("cometchat-uid-1", emulator.authKey, { signal });
    const second = client.login("cometchat-uid-1", emulator.authKey);
    abort();
    await assert.rejects(first, { code: "REQUEST_ABORTED" });
    assert.equal((await second).getUid(), "cometchat-uid-1");
  });

  test("while an equal one is under way keeps to its own time limit and signal", async () => {
    const client = emulator.client({ fetch: () => new Promise(() => {}) });
    const login = (options) => client.login("cometchat-uid-1", emulator.authKey, options);
    const first = login({ timeoutMs: 2000 });
    const { signal, abort } = abortable();
    const [second, third] = [login({ timeoutMs: 30 }), login({ signal })];
    await assert.rejects(second, { code: "REQUEST_TIMEOUT" });
    abort();
    await assert.rejects(third, { code: "REQUEST_ABORTED" });
    await assert.rejects(first, { code: "REQUEST_TIMEOUT" });
  });

  test("that fails and is awaited by nobody is told as unhandled", async () => {
    const heard = await unhandled(`
      import { Client } from "cometchat-users";
      const client = new Client("${emulator.appId}", {});
      client.connectEmulator("${emulator.url}");
      void client.login("nobody", "${emulator.authKey}");
    `);
    assert.match(heard, /^unhandled: .*nobody does not exist/);
  });

  test("after one that failed is possible, and the failed one left no session", async () => {
    const client = emulator.client();
    await assert.rejects(client.login("nobody", emulator.authKey), { code: "ERR_UID_NOT_FOUND" });
    await assert.rejects(client.login("not-a-token"), { code: "AUTH_ERR_AUTH_TOKEN_NOT_FOUND" });
    assert.equal(await client.getLoggedInUser(), null);
    await client.login("cometchat-uid-1", emulator.authKey);
  });

  test("a failed one leaves the session that was there", async () => {
    const client = emulator.client();
    await client.login("cometchat-uid-1", emulator.authKey);
    await assert.rejects(client.login("nobody", emulator.authKey));
    assert.equal((await client.getLoggedInUser()).getUid(), "cometchat-uid-1");
  });

  test("a key that got lost is not taken for a login with a token", async () => {
    const { fetch, requests } = watchedFetch();
    const client = emulator.client({ fetch });
    for (const key of [undefined, null, ""]) {
      await assert.rejects(client.login("cometchat-uid-1", key), { code: "INVALID_AUTH_KEY" });
    }
    assert.equal(requests.length, 0);
  });

  test("takes options after a key and after a token", async () => {
    const client = emulator.client();
    const options = { signal: AbortSignal.abort() };
    const rejection = { code: "REQUEST_ABORTED", attempts: 0 };
    await assert.rejects(client.login("cometchat-uid-1", emulator.authKey, options), rejection);
    await assert.rejects(client.login("some-token", options), rejection);
  });
});

describe("getLoggedInUser", () => {
  test("null before login, the user after it, null after logout; never a request", async () => {
    const { fetch, requests } = watchedFetch();
    const client = emulator.client({ fetch });
    assert.equal(await client.getLoggedInUser(), null);
    const user = await client.login("cometchat-uid-1", emulator.authKey);
    const sent = requests.length;
    const found = await client.getLoggedInUser();
    assert.ok(found instanceof User);
    assert.deepEqual(found, user);
    assert.equal(requests.length, sent);
    await client.logout();
    assert.equal(await client.getLoggedInUser(), null);
  });

  test("gives a copy: changing it does not change the session", async () => {
    const client = emulator.client();
    await client.login("cometchat-uid-1", emulator.authKey);
    const user = await client.getLoggedInUser();
    user.setName("Changed");
    user.uid = "cometchat-uid-2";
    assert.equal((await client.getLoggedInUser()).getUid(), "cometchat-uid-1");
    assert.notEqual((await client.getLoggedInUser()).getName(), "Changed");
  });

  test("sees what the user changed of itself, by either way", async () => {
    const uid = newUid();
    const client = emulator.client();
    await client.createUser({ uid, name: "Kevin" }, emulator.authKey);
    const token = (await client.login(uid, emulator.authKey)).getAuthToken();
    await client.updateCurrentUserDetails({ name: "By oneself" });
    assert.equal((await client.getLoggedInUser()).getName(), "By oneself");
    await client.updateUser({ uid, name: "By key" }, emulator.authKey);
    assert.equal((await client.getLoggedInUser()).getName(), "By key");
    await client.updateUser({ uid: "cometchat-uid-2", name: "Other" }, emulator.authKey);
    assert.equal((await client.getLoggedInUser()).getName(), "By key");
    assert.equal((await client.getLoggedInUser()).getAuthToken(), token, "the session goes on");
    await client.updateCurrentUserDetails({ name: "Still here" });
  });

  test("is also there under the official SDK's spelling", async () => {
    assert.equal(shared.CometChat.getLoggedinUser, shared.getLoggedInUser);
  });
});

describe("updateCurrentUserDetails", () => {
  test("changes the logged-in user without a key", async () => {
    const uid = newUid();
    const { fetch, requests } = watchedFetch();
    const client = emulator.client({ fetch });
    await client.createUser({ uid, name: "Kevin" }, emulator.authKey);
    await client.login(uid, emulator.authKey);
    const changes = { name: "Kevin F.", statusMessage: "Hi", tags: ["a"], metadata: { a: 1 } };
    const user = await client.updateCurrentUserDetails(changes);
    for (const [field, value] of Object.entries(changes)) assert.deepEqual(user[field], value);
    assert.equal((await emulator.rest("GET", `/users/${uid}`)).name, "Kevin F.");
    assert.equal(requests.at(-1).headers.apiKey, undefined);
    assert.deepEqual(requests.at(-1).body, changes);
  });

  test("while signed out: USER_NOT_LOGGED_IN without a request", async () => {
    const { fetch, requests } = watchedFetch();
    const call = emulator.client({ fetch }).updateCurrentUserDetails({ name: "K" });
    await assert.rejects(call, { code: "USER_NOT_LOGGED_IN", attempts: 0 });
    assert.equal(requests.length, 0);
  });

  test("a session that ended at the service ends here too", async () => {
    const client = emulator.client();
    const user = await client.login("cometchat-uid-1", emulator.authKey);
    await revoke("cometchat-uid-1", user.getAuthToken());
    await assert.rejects(client.updateCurrentUserDetails({ statusMessage: "K" }), {
      code: "AUTH_ERR_AUTH_TOKEN_NOT_FOUND",
      status: 401,
    });
    assert.equal(await client.getLoggedInUser(), null);
    await client.login("cometchat-uid-1", emulator.authKey);
  });

  test("a logout meanwhile is not undone by its reply", async () => {
    const answer = deferred();
    const me = { uid: "usr1", name: "K", authToken: "token-1" };
    const answers = [reply({ data: me }), answer.promise, reply({ data: {} })];
    const { fetch } = recordingFetch(() => answers.shift());
    const client = new Client("app", { region: "us", fetch });
    await client.login("token-1");
    const update = client.updateCurrentUserDetails({ name: "L" });
    await client.logout();
    answer.resolve(reply({ data: { ...me, name: "L" } }));
    await update;
    assert.equal(await client.getLoggedInUser(), null);
  });
});

describe("logout", () => {
  test("ends the session here and at the service", async () => {
    const client = emulator.client();
    const token = (await client.login("cometchat-uid-1", emulator.authKey)).getAuthToken();
    assert.equal(await client.logout(), undefined);
    assert.equal(await client.getLoggedInUser(), null);
    await assert.rejects(emulator.client().login(token), { code: "AUTH_ERR_AUTH_TOKEN_NOT_FOUND" });
  });

  test("while signed out: USER_NOT_LOGGED_IN", async () => {
    await assert.rejects(emulator.client().logout(), { code: "USER_NOT_LOGGED_IN", attempts: 0 });
  });

  test("of a session that the service no longer knows succeeds", async () => {
    const client = emulator.client();
    const user = await client.login("cometchat-uid-1", emulator.authKey);
    await revoke("cometchat-uid-1", user.getAuthToken());
    await client.logout();
    assert.equal(await client.getLoggedInUser(), null);
  });

  test("that does not reach the service leaves the session, so that it can be tried again", async () => {
    const client = emulator.client({ maxRetries: 0 });
    await client.login("cometchat-uid-1", emulator.authKey);
    client.connectEmulator(await deserted());
    await assert.rejects(client.logout(), { code: "FAILED_TO_FETCH" });
    assert.notEqual(await client.getLoggedInUser(), null);
    client.connectEmulator(emulator.url);
    await client.logout();
  });
});

describe("each client has its own session", () => {
  test("two clients of one app", async () => {
    const [first, second] = [emulator.client(), emulator.client()];
    await Promise.all([
      first.login("cometchat-uid-1", emulator.authKey),
      second.login("cometchat-uid-2", emulator.authKey),
    ]);
    const [one, two] = await Promise.all([
      first.updateCurrentUserDetails({ statusMessage: "first" }),
      second.updateCurrentUserDetails({ statusMessage: "second" }),
    ]);
    assert.deepEqual([one.getUid(), two.getUid()], ["cometchat-uid-1", "cometchat-uid-2"]);
    await first.logout();
    assert.equal((await second.getLoggedInUser()).getUid(), "cometchat-uid-2");
    await second.updateCurrentUserDetails({ statusMessage: "still here" });
  });

  test("a client and the package's functions", async () => {
    await shared.init(emulator.appId, { region: "us" });
    shared.connectEmulator(emulator.url);
    const client = emulator.client();
    await shared.login("cometchat-uid-3", emulator.authKey);
    assert.equal(await client.getLoggedInUser(), null);
    await client.login("cometchat-uid-4", emulator.authKey);
    assert.equal((await shared.getLoggedInUser()).getUid(), "cometchat-uid-3");
    await shared.logout();
    assert.equal((await client.getLoggedInUser()).getUid(), "cometchat-uid-4");
  });
});

describe("init", () => {
  test("again for the same app keeps the session, for another app does not", async () => {
    await shared.init(emulator.appId, { region: "us" });
    shared.connectEmulator(emulator.url);
    await shared.login("cometchat-uid-1", emulator.authKey);
    await shared.init(emulator.appId, { region: "eu" });
    assert.equal((await shared.getLoggedInUser()).getUid(), "cometchat-uid-1");
    await shared.init("another-app", { region: "eu" });
    assert.equal(await shared.getLoggedInUser(), null);
  });
});

describe("storage", () => {
  const stored = (settings) => emulator.client({ sessionName: "a", ...settings });

  for (const [storage, name, other] of [
    ["local", "localStorage", "sessionStorage"],
    ["session", "sessionStorage", "localStorage"],
  ]) {
    test(`${storage}: a new client finds the session in ${name}`, async () => {
      const place = workingStorage();
      setGlobal(name, { value: place });
      setGlobal(other, { value: refusingStorage() });
      const user = await stored({ storage }).login("cometchat-uid-1", emulator.authKey);
      assert.equal(place.entries.size, 1);

      const { fetch, requests } = watchedFetch();
      const later = stored({ storage, fetch });
      assert.deepEqual(await later.getLoggedInUser(), user);
      assert.equal(requests.length, 0);
      await later.updateCurrentUserDetails({ statusMessage: "restored" });
      assert.equal((await stored({ storage }).getLoggedInUser()).getStatusMessage(), "restored");
      await later.logout();
      assert.equal(place.entries.size, 0, "logout leaves nothing behind");
    });
  }

  test("what another tab does is seen at once", async () => {
    const place = workingStorage();
    setGlobal("localStorage", { value: place });
    const [here, there] = [stored({ storage: "local" }), stored({ storage: "local" })];
    await here.login("cometchat-uid-1", emulator.authKey);
    assert.equal((await there.getLoggedInUser()).getUid(), "cometchat-uid-1");
    await there.logout();
    assert.equal(await here.getLoggedInUser(), null);
    await assert.rejects(here.updateCurrentUserDetails({ name: "K" }), {
      code: "USER_NOT_LOGGED_IN",
    });
  });

  test("sessions of other names and other apps are kept apart", async () => {
    setGlobal("localStorage", { value: workingStorage() });
    await stored({ storage: "local" }).login("cometchat-uid-1", emulator.authKey);
    assert.equal(await stored({ storage: "local", sessionName: "b" }).getLoggedInUser(), null);
    assert.equal(await stored({ storage: "local", appId: "other" }).getLoggedInUser(), null);
  });

  test("a client that stores its session has to name it", async () => {
    for (const storage of ["local", "session"]) {
      await assert.rejects(emulator.client({ storage }).getLoggedInUser(), {
        code: "INVALID_SETTINGS",
      });
    }
  });

  for (const [what, make] of [
    ["throws on every use", () => ({ value: refusingStorage() })],
    [
      "throws when it is asked for",
      () => ({
        get() {
          throw new DOMException("Access is denied for this document.", "SecurityError");
        },
      }),
    ],
    ["takes nothing in", () => ({ value: fullStorage() })],
    ["is null", () => ({ value: null })],
    ["is missing", () => ({ value: undefined })],
  ]) {
    test(`a localStorage that ${what}: the session is kept in memory`, async () => {
      setGlobal("localStorage", make());
      const client = stored({ storage: "local" });
      assert.equal(await client.getLoggedInUser(), null);
      await client.login("cometchat-uid-1", emulator.authKey);
      assert.equal((await client.getLoggedInUser()).getUid(), "cometchat-uid-1");
      await client.updateCurrentUserDetails({ statusMessage: "in memory" });
      await client.logout();
      assert.equal(await client.getLoggedInUser(), null);
    });
  }

  test("a storage that is full does not bring back who was logged in before", async () => {
    const before = workingStorage();
    setGlobal("localStorage", { value: before });
    await stored({ storage: "local" }).login("cometchat-uid-1", emulator.authKey);
    setGlobal("localStorage", { value: fullStorage(before.entries) });
    const client = stored({ storage: "local" });
    await client.login("cometchat-uid-2", emulator.authKey);
    assert.equal((await client.getLoggedInUser()).getUid(), "cometchat-uid-2");
    assert.equal(await stored({ storage: "local" }).getLoggedInUser(), null);
  });

  for (const text of [
    "",
    "null",
    "[]",
    "5",
    "{}",
    '{"uid":"a"}',
    '{"uid":1,"authToken":"t"}',
    "{{",
  ]) {
    test(`what is no session is not taken for one, and removed: ${text || "an empty text"}`, async () => {
      const place = workingStorage();
      setGlobal("localStorage", { value: place });
      await stored({ storage: "local" }).login("cometchat-uid-1", emulator.authKey);
      const [key] = place.entries.keys();
      place.entries.set(key, text);
      assert.equal(await stored({ storage: "local" }).getLoggedInUser(), null);
      assert.equal(place.entries.size, 0);
    });
  }

  test("memory, and the default in Node, touch no storage", async () => {
    let touched = 0;
    const trap = {
      get() {
        touched += 1;
        return workingStorage();
      },
    };
    setGlobal("localStorage", trap);
    setGlobal("sessionStorage", trap);
    await shared.init(emulator.appId, { region: "us" });
    shared.connectEmulator(emulator.url);
    for (const client of [emulator.client({ storage: "memory" }), emulator.client(), shared]) {
      await client.login("cometchat-uid-1", emulator.authKey);
      assert.notEqual(await client.getLoggedInUser(), null);
      await client.logout();
    }
    assert.equal(touched, 0);
  });
});
