// A storage of the caller's for the session: its methods may answer at once or with promises, fail, or never
// answer. The session is the same as in the page's own storages, and no call hangs.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { useEmulator } from "../support/emulator.mjs";
import { deferred, watchedFetch } from "../support/fetches.mjs";

const emulator = useEmulator();
const KEVIN = "cometchat-uid-1";
const GEORGE = "cometchat-uid-2";

/** As React Native's AsyncStorage: each method takes a moment. */
function slowStorage(items = new Map()) {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 2));
  return {
    items,
    async getItem(key) {
      await pause();
      return items.get(key) ?? null;
    },
    async setItem(key, value) {
      await pause();
      items.set(key, value);
    },
    async removeItem(key) {
      await pause();
      items.delete(key);
    },
  };
}

/** As a `Map` behind plain functions; undefined where there is nothing. */
function plainStorage(items = new Map()) {
  return {
    items,
    getItem: (key) => items.get(key),
    setItem: (key, value) => {
      items.set(key, value);
    },
    removeItem: (key) => {
      items.delete(key);
    },
  };
}

const never = () => new Promise(() => {});
const failing = () => {
  throw new Error("The storage is locked.");
};
const rejecting = async () => failing();

const client = (storage, settings) =>
  emulator.client({ storage, sessionName: "mine", ...settings });
const uid = async (client) => (await client.getLoggedInUser())?.getUid();

for (const [name, make] of Object.entries({ slowStorage, plainStorage })) {
  describe(name, () => {
    test("a login is stored when it resolves, and another client finds it", async () => {
      const storage = make();
      const user = await client(storage).login(KEVIN, emulator.authKey);
      const [[key, text]] = storage.items;
      assert.equal(key, `cometchat-users/${emulator.appId}/mine`);
      assert.equal(JSON.parse(text).authToken, user.getAuthToken());
      const next = client(storage);
      assert.equal(await uid(next), KEVIN);
      assert.equal((await next.updateCurrentUserDetails({ name: "Kev" })).getName(), "Kev");
      assert.equal(JSON.parse(storage.items.get(key)).name, "Kev");
    });

    test("a logout takes it away, for other clients, too", async () => {
      const storage = make();
      const [first, second] = [client(storage), client(storage)];
      await first.login(KEVIN, emulator.authKey);
      assert.equal(await uid(second), KEVIN);
      await first.logout();
      assert.equal(storage.items.size, 0);
      assert.equal(await uid(second), undefined);
    });

    test("a session that the service does not know ends", async () => {
      const storage = make();
      const mine = client(storage);
      const user = await mine.login(KEVIN, emulator.authKey);
      await emulator.rest("DELETE", `/users/${KEVIN}/auth_tokens/${user.getAuthToken()}`);
      await assert.rejects(mine.getUser(GEORGE), { code: "AUTH_ERR_AUTH_TOKEN_NOT_FOUND" });
      assert.equal(await uid(mine), undefined);
      assert.equal(storage.items.size, 0);
    });

    test("a text that is no session is taken away", async () => {
      const storage = make();
      const key = `cometchat-users/${emulator.appId}/mine`;
      storage.items.set(key, "no session");
      assert.equal(await uid(client(storage)), undefined);
      assert.equal(storage.items.size, 0);
    });

    test("sessions of other names are left alone", async () => {
      const storage = make();
      await client(storage).login(KEVIN, emulator.authKey);
      await client(storage, { sessionName: "other" }).login(GEORGE, emulator.authKey);
      assert.equal(storage.items.size, 2);
      assert.equal(await uid(client(storage)), KEVIN);
    });
  });
}

/** A fetch that goes on when it is let. */
function heldFetch() {
  const held = [];
  const hold = { isOn: false, held };
  hold.fetch = async (...args) => {
    if (hold.isOn) {
      const { promise, resolve } = deferred();
      held.push(resolve);
      await promise;
    }
    return fetch(...args);
  };
  return hold;
}

const until = async (condition) => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

test("what is read late does not hide a login that came meanwhile", async () => {
  const storage = plainStorage();
  const hold = heldFetch();
  const mine = client(storage, { fetch: hold.fetch });
  await mine.login(KEVIN, emulator.authKey);
  const { getItem } = storage;
  const late = deferred();
  storage.getItem = (key) => {
    const text = getItem(key);
    storage.getItem = getItem;
    return late.promise.then(() => text);
  };
  const read = mine.getLoggedInUser();
  await mine.login(GEORGE, emulator.authKey);
  hold.isOn = true;
  const logout = mine.logout();
  await until(() => hold.held.length === 1);
  late.resolve();
  await read;
  hold.held[0]();
  await logout;
  assert.equal(storage.items.size, 0, "the session that ended is George's");
});

test("writes arrive in the order in which they were made", async () => {
  const storage = plainStorage();
  const hold = heldFetch();
  const mine = client(storage, { fetch: hold.fetch });
  await mine.login(KEVIN, emulator.authKey);
  hold.isOn = true;
  const first = mine.updateCurrentUserDetails({ name: "First" });
  await until(() => hold.held.length === 1);
  const second = mine.updateCurrentUserDetails({ name: "Second" });
  await until(() => hold.held.length === 2);
  const { setItem } = storage;
  const slow = deferred();
  storage.setItem = async (key, text) => {
    storage.setItem = setItem;
    await slow.promise;
    setItem(key, text);
  };
  hold.held[0]();
  await until(() => storage.setItem === setItem);
  hold.held[1]();
  setTimeout(slow.resolve, 50);
  await Promise.all([first, second]);
  const [text] = storage.items.values();
  assert.equal(JSON.parse(text).name, "Second");
});

for (const [kind, fail] of Object.entries({ throws: failing, rejects: rejecting })) {
  for (const method of ["getItem", "setItem"]) {
    test(`${method} ${kind}: memory keeps the session`, async () => {
      const storage = { ...plainStorage(), [method]: fail };
      const mine = client(storage);
      await mine.login(KEVIN, emulator.authKey);
      assert.equal(await uid(mine), KEVIN);
      await mine.logout();
      assert.equal(await uid(mine), undefined);
    });
  }

  test(`setItem ${kind}: what was there before does not come back`, async () => {
    const storage = plainStorage();
    await client(storage).login(KEVIN, emulator.authKey);
    storage.setItem = fail;
    const mine = client(storage);
    await mine.login(GEORGE, emulator.authKey);
    assert.equal(await uid(mine), GEORGE);
    assert.equal(storage.items.size, 0);
  });

  test(`removeItem ${kind}: the client is logged out`, async () => {
    const mine = client({ ...plainStorage(), removeItem: fail });
    await mine.login(KEVIN, emulator.authKey);
    await mine.logout();
    assert.equal(await uid(mine), undefined);
  });
}

test("a storage that never answers: REQUEST_TIMEOUT that names it, in time", async () => {
  const { fetch, requests } = watchedFetch();
  const mine = client({ ...plainStorage(), getItem: never }, { fetch, timeoutMs: 50 });
  for (const call of [() => mine.login(KEVIN, emulator.authKey), () => mine.getLoggedInUser()]) {
    const start = performance.now();
    await assert.rejects(call, { code: "REQUEST_TIMEOUT", details: /storage/, retryable: true });
    assert.ok(performance.now() - start < 1_000);
  }
  assert.equal(requests.length, 0);
});

test("aborted while the storage is read", async () => {
  const mine = client({ ...plainStorage(), getItem: never });
  const reason = new Error("enough");
  const controller = new AbortController();
  const call = mine.getUser(KEVIN, { signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(call, { code: "REQUEST_ABORTED", cause: reason });
});

test("a write that never ends: the login resolves within the call's limit", async () => {
  const mine = client({ ...plainStorage(), setItem: never }, { timeoutMs: 500 });
  const user = await mine.login(KEVIN, emulator.authKey);
  assert.equal(user.getUid(), KEVIN);
});

describe("settings", () => {
  for (const method of ["getItem", "setItem", "removeItem"]) {
    test(`a storage without ${method}`, async () => {
      const mine = client({ ...plainStorage(), [method]: undefined });
      await assert.rejects(mine.getLoggedInUser(), {
        code: "INVALID_SETTINGS",
        message: `storage.${method} has to be a function.`,
      });
    });
  }

  test("a Client that stores its session needs a name for it", async () => {
    const mine = emulator.client({ storage: plainStorage() });
    await assert.rejects(mine.getLoggedInUser(), { code: "INVALID_SETTINGS" });
  });

  test("a storage whose methods are read by a getter that throws", async () => {
    const storage = Object.defineProperty(plainStorage(), "getItem", { get: failing });
    await assert.rejects(client(storage).getLoggedInUser(), { code: "INVALID_SETTINGS" });
  });

  test("the storage's methods keep their `this`", async () => {
    class Vault {
      #items = new Map();
      getItem(key) {
        return this.#items.get(key);
      }
      setItem(key, value) {
        this.#items.set(key, value);
      }
      removeItem(key) {
        this.#items.delete(key);
      }
    }
    const vault = new Vault();
    await client(vault).login(KEVIN, emulator.authKey);
    assert.equal(await uid(client(vault)), KEVIN);
  });
});
