// Creating, updating and reading users against the emulator: what arrives at the server, what comes
// back, and which of the server's refusals reach the caller how.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CometChatException, User } from "cometchat-users";
import { deserted, newUid, useEmulator } from "../support/emulator.mjs";
import { watchedFetch } from "../support/fetches.mjs";

const emulator = useEmulator();

/** What a user looks like to the server's own API. */
const stored = (uid) => emulator.rest("GET", `/users/${uid}`);

describe("createUser", () => {
  test("a uid and a name are enough, as a User and as a plain object", async () => {
    const client = emulator.client();
    for (const user of [new User(newUid(), "Kevin"), { uid: newUid(), name: "Kevin" }]) {
      const created = await client.createUser(user, emulator.authKey);
      assert.ok(created instanceof User);
      assert.equal(created.uid, user.uid);
      assert.equal((await stored(user.uid)).name, "Kevin");
    }
  });

  test("every editable field arrives", async () => {
    const user = {
      uid: newUid(),
      name: "Zoë 🦀",
      avatar: "https://example.com/a.png?size=1&x=%20",
      link: "https://example.com/profile#top",
      role: "default",
      statusMessage: 'quotes " and \\ and \n lines',
      metadata: { nested: { list: [1, null, "ü"] }, "@private": { email: "k@example.com" } },
      tags: ["vip", "ümlaut", "🦀"],
    };
    const created = await emulator.client().createUser(user, emulator.authKey);
    for (const [field, value] of Object.entries(user)) {
      assert.deepEqual(created[field], value, field);
    }
  });

  test("a limit's last allowed value is accepted by both sides", async () => {
    const uid = `${newUid()}-`.padEnd(100, "x");
    const url = `https://example.com/${"a".repeat(3_000)}`.slice(0, 3_000);
    const user = {
      uid,
      name: "🦀".repeat(100),
      avatar: url,
      link: url,
      tags: Array.from({ length: 25 }, (_, index) => `${index}`.padEnd(100, "t")),
    };
    const created = await emulator.client().createUser(user, emulator.authKey);
    for (const [field, value] of Object.entries(user)) assert.deepEqual(created[field], value);

    const metadata = { text: "" };
    metadata.text = "m".repeat(5 * 1_024 - JSON.stringify(metadata).length);
    assert.equal(JSON.stringify(metadata).length, 5 * 1_024);
    const large = await emulator.client().updateUser({ uid, metadata }, emulator.authKey);
    assert.deepEqual(large.metadata, metadata);
  });

  test('the uid "0" is a uid', async () => {
    const created = await emulator
      .client()
      .createUser({ uid: "0", name: "Zero" }, emulator.authKey);
    assert.equal(created.uid, "0");
  });

  test("a uid in upper case comes back as the service keeps it, in lower case", async () => {
    const uid = newUid("UPPER");
    const created = await emulator.client().createUser({ uid, name: "Kevin" }, emulator.authKey);
    assert.equal(created.uid, uid.toLowerCase());
  });

  test("a token comes only when it is asked for, and opens a session", async () => {
    const client = emulator.client();
    const without = await client.createUser({ uid: newUid(), name: "K" }, emulator.authKey);
    assert.equal(without.getAuthToken(), null);

    const uid = newUid();
    const options = { withAuthToken: true };
    const user = await client.createUser({ uid, name: "K" }, emulator.authKey, options);
    assert.equal(typeof user.getAuthToken(), "string");
    assert.equal(await client.getLoggedInUser(), null, "creating a user logs nobody in");
    assert.equal((await client.login(user.getAuthToken())).uid, uid);
  });

  test("concurrent calls with different keys each send their own", async () => {
    const { fetch, requests } = watchedFetch();
    const client = emulator.client({ fetch });
    const [good, bad] = [newUid("good"), newUid("bad")];
    const results = await Promise.allSettled([
      client.createUser({ uid: good, name: "K" }, emulator.authKey),
      client.createUser({ uid: bad, name: "K" }, "another-key"),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected"],
    );
    assert.equal(results[1].reason.code, "AUTH_ERR_APIKEY_NOT_FOUND");
    const keys = Object.fromEntries(
      requests.map(({ body, headers }) => [body.uid, headers.apiKey]),
    );
    assert.deepEqual(keys, { [good]: emulator.authKey, [bad]: "another-key" });
  });
});

describe("updateUser", () => {
  test("changes the fields that are given and no others", async () => {
    const uid = newUid();
    const client = emulator.client();
    const before = { uid, name: "Kevin", link: "https://example.com/k", tags: ["a"] };
    await client.createUser(before, emulator.authKey);
    const updated = await client.updateUser({ uid, statusMessage: "Hi" }, emulator.authKey);
    assert.equal(updated.statusMessage, "Hi");
    assert.equal(updated.name, "Kevin");
    assert.equal(updated.link, "https://example.com/k");
    assert.equal(typeof updated.updatedAt, "number");
  });

  for (const [field, value, empty] of [
    ["avatar", "https://example.com/a.png", ""],
    ["link", "https://example.com/", ""],
    ["statusMessage", "Hi", ""],
    ["metadata", { a: 1 }, {}],
    ["tags", ["a"], []],
  ]) {
    test(`${JSON.stringify(empty)} clears ${field}; null and undefined leave it`, async () => {
      const uid = newUid();
      const client = emulator.client();
      await client.createUser({ uid, name: "K", [field]: value }, emulator.authKey);
      for (const absent of [null, undefined]) {
        const kept = { uid, name: "Kevin", [field]: absent };
        assert.deepEqual((await client.updateUser(kept, emulator.authKey))[field], value);
      }
      const cleared = await client.updateUser({ uid, [field]: empty }, emulator.authKey);
      assert.ok(cleared[field] === undefined || cleared[field].length === 0);
      const read = await stored(uid);
      assert.ok(read[field] === undefined || read[field].length === 0);
    });
  }

  test("the very object that createUser gave can be changed and passed back", async () => {
    const client = emulator.client();
    const user = await client.createUser({ uid: newUid(), name: "Kevin" }, emulator.authKey);
    user.setName("Kevin Fernandez");
    assert.equal((await client.updateUser(user, emulator.authKey)).name, "Kevin Fernandez");
  });

  test("finds the user by a uid in any case", async () => {
    const client = emulator.client();
    const uid = newUid();
    await client.createUser({ uid, name: "K" }, emulator.authKey);
    const updated = await client.updateUser(
      { uid: uid.toUpperCase(), name: "L" },
      emulator.authKey,
    );
    assert.deepEqual([updated.uid, updated.name], [uid, "L"]);
  });
});

describe("getUser", () => {
  test("gives any user of the app as the logged-in user sees it", async () => {
    const client = emulator.client();
    const uid = newUid();
    await client.createUser({ uid, name: "Kevin" }, emulator.authKey);
    await client.login("cometchat-uid-1", emulator.authKey);
    const user = await client.getUser(uid);
    assert.ok(user instanceof User);
    assert.equal(user.getName(), "Kevin");
    assert.equal(user.getHasBlockedMe(), false);
  });

  test("takes a user in place of its uid", async () => {
    const client = emulator.client();
    await client.login("cometchat-uid-1", emulator.authKey);
    const user = await client.getUser(new User("cometchat-uid-2"));
    assert.equal(user.getUid(), "cometchat-uid-2");
  });

  test("an unknown uid is the server's refusal", async () => {
    const client = emulator.client();
    await client.login("cometchat-uid-1", emulator.authKey);
    await assert.rejects(client.getUser("nobody"), { code: "ERR_UID_NOT_FOUND", status: 404 });
  });

  test("needs a session", async () => {
    await assert.rejects(emulator.client().getUser("cometchat-uid-1"), {
      code: "USER_NOT_LOGGED_IN",
      attempts: 0,
    });
  });
});

describe("the server's own refusals arrive with its code, message, details and status", () => {
  const user = () => ({ uid: newUid(), name: "Kevin" });
  const refusals = [
    {
      name: "a uid that is taken",
      call: (client) => client.createUser({ uid: "cometchat-uid-1", name: "K" }, emulator.authKey),
      code: "ERR_UID_ALREADY_EXISTS",
      status: 400,
      message: /cometchat-uid-1 already exists/,
    },
    {
      name: "a uid that does not exist",
      call: (client) => client.updateUser({ uid: "nobody", name: "K" }, emulator.authKey),
      code: "ERR_UID_NOT_FOUND",
      status: 404,
      message: /nobody does not exist/,
      details: /nobody/,
    },
    {
      name: "a role that does not exist",
      call: (client) => client.createUser({ ...user(), role: "no-role" }, emulator.authKey),
      code: "ERR_BAD_REQUEST",
      status: 400,
      message: /validate/,
      details: /role/,
      fields: ["role"],
    },
    {
      name: "an auth key that does not exist",
      call: (client) => client.createUser(user(), "0123456789012345678901234567890123456789"),
      code: "AUTH_ERR_APIKEY_NOT_FOUND",
      status: 401,
      message: /does not exist/,
    },
    {
      name: "an app that does not exist",
      call: () => emulator.client({ appId: "no-app" }).createUser(user(), emulator.authKey),
      code: "AUTH_ERR_INVALID_APPID",
      status: 401,
      message: /no-app/,
    },
    {
      name: "an auth token that does not exist",
      call: (client) => client.login("cometchat-uid-1_0123456789abcdef"),
      code: "AUTH_ERR_AUTH_TOKEN_NOT_FOUND",
      status: 401,
      message: /does not exist/,
      details: /^Log in: /,
    },
    {
      name: "a login with an unknown uid",
      call: (client) => client.login("nobody", emulator.authKey),
      code: "ERR_UID_NOT_FOUND",
      status: 404,
      message: /nobody/,
    },
  ];
  for (const { name, call, code, status, message, details = /(?:)/, fields } of refusals) {
    test(`${name}: ${code}`, async () => {
      await assert.rejects(call(emulator.client()), (error) => {
        assert.ok(error instanceof CometChatException);
        assert.equal(error.code, code);
        assert.equal(error.status, status);
        assert.match(error.message, message);
        assert.equal(typeof error.details, "string");
        assert.match(error.details, details);
        assert.equal(error.attempts, 1, "a refusal is not tried again");
        assert.equal(error.retryable, false);
        if (fields) assert.deepEqual(Object.keys(error.fieldErrors), fields);
        return true;
      });
    });
  }
});

test("no error of the server holds a secret", async () => {
  const key = "abcdefghij0123456789abcdefghij0123456789";
  const token = "cometchat-uid-1_1772166127aaaaaaaaaabbbbbbbbbbcccccccccc";
  for (const [secret, call] of [
    [key, (client) => client.createUser({ uid: newUid(), name: "K" }, key)],
    [token, (client) => client.login(token)],
  ]) {
    await assert.rejects(call(emulator.client()), (error) => {
      assert.ok(!JSON.stringify(error).includes(secret), JSON.stringify(error));
      assert.ok(!error.stack.includes(secret), error.stack);
      return true;
    });
  }
});

test("no emulator there: FAILED_TO_FETCH with the cause, and the call may be tried again", async () => {
  const client = emulator.client({ maxRetries: 0 });
  client.connectEmulator(await deserted());
  await assert.rejects(client.createUser({ uid: "usr1", name: "K" }, "key"), (error) => {
    assert.equal(error.code, "FAILED_TO_FETCH");
    assert.equal(error.retryable, true);
    assert.equal(error.status, undefined);
    assert.ok(error.cause instanceof Error);
    return true;
  });
});
