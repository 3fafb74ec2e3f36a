// What a caller may get wrong: each mistake is a rejected promise with a code of its own, and no
// request is sent for it. The caller's objects are only ever read.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Client, CometChatException, User } from "cometchat-users";
import { deepFreeze } from "../support/deep-freeze.mjs";
import { recordingFetch, reply } from "../support/fetches.mjs";
import { node } from "../support/programs.mjs";

const me = { uid: "me", name: "Me", authToken: "token-1" };

/** A client that is logged in, and the requests that it has sent since. */
async function loggedIn() {
  const { fetch, requests } = recordingFetch(({ body }) => reply({ data: { ...me, ...body } }));
  const client = new Client("app", { region: "us", fetch });
  await client.login("token-1");
  requests.length = 0;
  return { client, requests };
}

/** Asserts that a call is refused with `code` before a request is sent; gives the exception. */
async function assertRefused(call, code) {
  const { client, requests } = await loggedIn();
  let exception;
  await assert.rejects(call(client), (error) => {
    exception = error;
    return true;
  });
  assert.ok(exception instanceof CometChatException, `${exception}`);
  assert.equal(exception.code, code);
  assert.equal(requests.length, 0, "a request was sent");
  assert.equal(exception.attempts, 0);
  assert.equal(exception.status, undefined);
  assert.equal(exception.retryable, false);
  assert.notEqual(exception.message, "");
  return exception;
}

const long = (length) => "x".repeat(length);
const url = (length) => "https://example.com/".padEnd(length, "x");
const shown = (value) => {
  if (typeof value === "string") {
    return value.length > 40 ? `${value.length} characters` : JSON.stringify(value);
  }
  return typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? String(value));
};

const valid = { uid: "usr1", name: "Kevin" };
const create = (user) => (client) => client.createUser(user, "key");
const update = (user) => (client) => client.updateUser(user, "key");
const updateMe = (user) => (client) => client.updateCurrentUserDetails(user);
const everywhere = { createUser: create, updateUser: update, updateCurrentUserDetails: updateMe };

describe("a missing or blank auth key: INVALID_AUTH_KEY", () => {
  for (const key of [
    undefined,
    null,
    "",
    " ",
    "\t\n",
    5,
    {},
    true,
    "two words",
    "kéy",
    "line\nbreak",
  ]) {
    for (const [method, call] of [
      ["createUser", (client) => client.createUser(valid, key)],
      ["updateUser", (client) => client.updateUser(valid, key)],
      ["login", (client) => client.login("usr1", key)],
    ]) {
      // A login whose second argument is an object has a token and options.
      if (method === "login" && typeof key === "object" && key !== null) continue;
      test(`${method} with the key ${shown(key)}`, () => assertRefused(call, "INVALID_AUTH_KEY"));
    }
  }

  test("createUser without a second argument", () =>
    assertRefused((client) => client.createUser(valid), "INVALID_AUTH_KEY"));

  test("is told before what is wrong with the user", () =>
    assertRefused((client) => client.createUser(undefined, ""), "INVALID_AUTH_KEY"));
});

describe("no user: MISSING_PARAMETERS", () => {
  for (const user of [undefined, null, "usr1", 5, true]) {
    for (const [method, call] of Object.entries(everywhere)) {
      test(`${method} of ${shown(user)}`, () => assertRefused(call(user), "MISSING_PARAMETERS"));
    }
  }
});

describe("no uid: UID_IS_COMPULSORY", () => {
  for (const user of [
    {},
    { name: "Kevin" },
    { uid: null, name: "K" },
    { uid: undefined, name: "K" },
    [],
  ]) {
    test(`createUser of ${shown(user)}`, () => assertRefused(create(user), "UID_IS_COMPULSORY"));
    test(`updateUser of ${shown(user)}`, () => assertRefused(update(user), "UID_IS_COMPULSORY"));
  }
  test("createUser of a User without one", () =>
    assertRefused(create(new User({ name: "Kevin" })), "UID_IS_COMPULSORY"));
  test("login without one", () =>
    assertRefused((client) => client.login(undefined, "key"), "UID_IS_COMPULSORY"));
  test("getUser without one", () =>
    assertRefused((client) => client.getUser(undefined), "UID_IS_COMPULSORY"));
});

describe("a uid that is none: INVALID_UID", () => {
  for (const uid of [
    "",
    " ",
    "us er",
    " user",
    "user ",
    "user.name",
    "user@example",
    "user!",
    "user'",
    "a/b",
    "/",
    "..",
    ".",
    "../roles/default",
    "a%2Fb",
    "a?b",
    "a#b",
    "a\\b",
    "usér",
    "пользователь",
    "用户",
    "🦀",
    "user\n",
    "user\u0000",
    "user\u200b",
    long(101),
    5,
    0,
    true,
    ["usr1"],
    { uid: "usr1" },
  ]) {
    test(`createUser of ${shown(uid)}`, () =>
      assertRefused(create({ uid, name: "Kevin" }), "INVALID_UID"));
    test(`updateUser of ${shown(uid)}`, () => assertRefused(update({ uid }), "INVALID_UID"));
    if (typeof uid !== "object") {
      test(`login as ${shown(uid)}`, () =>
        assertRefused((client) => client.login(uid, "key"), "INVALID_UID"));
      test(`getUser of ${shown(uid)}`, () =>
        assertRefused((client) => client.getUser(uid), "INVALID_UID"));
    }
  }

  for (const uid of ["0", "a", "A", "-", "_", "a-b_C9", long(100)]) {
    test(`${shown(uid)} is fine`, async () => {
      const { client, requests } = await loggedIn();
      await client.createUser({ uid, name: "Kevin" }, "key");
      await client.updateUser({ uid, name: "Kevin" }, "key");
      assert.equal(requests[0].body.uid, uid);
      assert.ok(requests[1].url.endsWith(`/users/${uid}`), requests[1].url);
    });
  }
});

describe("create without a name: USER_NAME_IS_COMPULSORY", () => {
  for (const user of [{ uid: "usr1" }, { uid: "usr1", name: null }, new User("usr1")]) {
    test(shown(user), () => assertRefused(create(user), "USER_NAME_IS_COMPULSORY"));
  }
});

describe("a field that is not of its kind", () => {
  const circular = { a: {} };
  circular.a.a = circular;
  const metadataOf = (bytes) => {
    const metadata = { text: "" };
    metadata.text = long(bytes - JSON.stringify(metadata).length);
    return metadata;
  };

  /** Field, value, code, and for which methods. */
  const onlyCreate = { createUser: create };
  const byKey = { createUser: create, updateUser: update };
  const table = [
    ["name", "", "INVALID_USER_NAME", everywhere],
    ["name", "  ", "INVALID_USER_NAME", everywhere],
    ["name", long(101), "INVALID_USER_NAME", everywhere],
    ["name", "🦀".repeat(101), "INVALID_USER_NAME", everywhere],
    ["name", 5, "INVALID_USER_NAME", everywhere],
    ["name", {}, "INVALID_USER_NAME", everywhere],

    ["tags", "vip", "INVALID_USER_TAGS", everywhere],
    ["tags", { 0: "vip", length: 1 }, "INVALID_USER_TAGS", everywhere],
    ["tags", new Set(["vip"]), "INVALID_USER_TAGS", everywhere],
    ["tags", [5], "INVALID_USER_TAGS", everywhere],
    ["tags", ["vip", null], "INVALID_USER_TAGS", everywhere],
    ["tags", [["vip"]], "INVALID_USER_TAGS", everywhere],
    ["tags", [""], "INVALID_USER_TAGS", everywhere],
    ["tags", Array.from({ length: 26 }, (_, n) => `tag${n}`), "INVALID_USER_TAGS", everywhere],
    ["tags", ["vip", long(101)], "INVALID_USER_TAGS", everywhere],
    // biome-ignore lint/suspicious/noSparseArray: a hole is one of the mistakes.
    ["tags", ["a", , "b"], "INVALID_USER_TAGS", everywhere],

    ["metadata", "text", "INVALID_USER_METADATA", everywhere],
    ["metadata", '{"a":1}', "INVALID_USER_METADATA", everywhere],
    ["metadata", 5, "INVALID_USER_METADATA", everywhere],
    ["metadata", [1], "INVALID_USER_METADATA", everywhere],
    ["metadata", new Map([["a", 1]]), "INVALID_USER_METADATA", everywhere],
    ["metadata", new Date(0), "INVALID_USER_METADATA", everywhere],
    ["metadata", () => {}, "INVALID_USER_METADATA", everywhere],
    ["metadata", circular, "INVALID_USER_METADATA", everywhere],
    ["metadata", { a: 1n }, "INVALID_USER_METADATA", everywhere],
    ["metadata", metadataOf(5 * 1_024 + 1), "INVALID_USER_METADATA", everywhere],
    ["metadata", { text: "ü".repeat(2_600) }, "INVALID_USER_METADATA", everywhere],
    ["metadata", { toJSON: () => [1] }, "INVALID_USER_METADATA", everywhere],
    [
      "metadata",
      {
        toJSON() {
          throw new Error("no");
        },
      },
      "INVALID_USER_METADATA",
      everywhere,
    ],

    ["avatar", "nope", "INVALID_USER_AVATAR", everywhere],
    ["avatar", "/a.png", "INVALID_USER_AVATAR", everywhere],
    ["avatar", "https://", "INVALID_USER_AVATAR", everywhere],
    ["avatar", "https://example.com/a b.png", "INVALID_USER_AVATAR", everywhere],
    ["avatar", url(3_001), "INVALID_USER_AVATAR", everywhere],
    ["avatar", 5, "INVALID_USER_AVATAR", everywhere],
    ["avatar", new URL("https://example.com/a.png"), "INVALID_USER_AVATAR", everywhere],
    ["avatar", "", "INVALID_USER_AVATAR", onlyCreate],
    ["link", "nope", "INVALID_USER_LINK", everywhere],
    ["link", "example.com", "INVALID_USER_LINK", everywhere],
    ["link", "javascript:alert(1)", "INVALID_USER_LINK", everywhere],
    ["link", url(3_001), "INVALID_USER_LINK", everywhere],
    ["link", {}, "INVALID_USER_LINK", everywhere],
    ["link", "", "INVALID_USER_LINK", onlyCreate],

    ["role", "", "INVALID_USER_ROLE", byKey],
    ["role", "two words", "INVALID_USER_ROLE", byKey],
    ["role", long(101), "INVALID_USER_ROLE", byKey],
    ["role", 5, "INVALID_USER_ROLE", byKey],
    ["statusMessage", "", "INVALID_USER_STATUS_MESSAGE", onlyCreate],
    ["statusMessage", 5, "INVALID_USER_STATUS_MESSAGE", everywhere],
  ];
  const named = (value) => {
    if (value === circular) return "a circular object";
    if (value instanceof Map) return "a Map";
    if (value instanceof Set) return "a Set";
    if (typeof value === "function") return "a function";
    if (typeof value?.a === "bigint") return "an object with a BigInt";
    if (typeof value?.toJSON === "function")
      return `an object whose toJSON is ${value.toJSON}`.replace(/\s+/g, " ");
    const text = shown(value);
    return text.length > 60 ? `${text.length} characters of JSON` : text;
  };
  for (const [field, value, code, methods] of table) {
    for (const [method, call] of Object.entries(methods)) {
      test(`${method} with ${field} ${named(value)}: ${code}`, async () => {
        const exception = await assertRefused(call({ ...valid, [field]: value }), code);
        const [at] = Object.keys(exception.fieldErrors);
        assert.ok(at === field || at.startsWith(`${field}.`), at);
      });
    }
  }

  test("a limit's last allowed value is sent", async () => {
    const { client, requests } = await loggedIn();
    for (const fields of [
      { name: "🦀".repeat(100) },
      { tags: Array.from({ length: 25 }, (_, n) => `${n}`.padEnd(100, "x")) },
      { metadata: metadataOf(5 * 1_024) },
      { avatar: url(3_000), link: url(3_000) },
    ]) {
      await client.updateUser({ uid: "usr1", ...fields }, "key");
      assert.deepEqual(requests.at(-1).body, fields);
    }
  });

  test("fields that are fine alone and too large together: ERROR_BODY_SIZE_EXCEEDED", () =>
    assertRefused(
      create({ ...valid, avatar: url(3_000), link: url(3_000), metadata: metadataOf(5_000) }),
      "ERROR_BODY_SIZE_EXCEEDED",
    ));
});

describe("a call before init: COMETCHAT_INITIALIZATION_NOT_DONE", () => {
  const calls = {
    createUser: 'createUser({ uid: "usr1", name: "K" }, "key")',
    updateUser: 'updateUser({ uid: "usr1", name: "K" }, "key")',
    updateCurrentUserDetails: 'updateCurrentUserDetails({ name: "K" })',
    "login with a key": 'login("usr1", "key")',
    "login with a token": 'login("token")',
    logout: "logout()",
    getLoggedInUser: "getLoggedInUser()",
    getUser: 'getUser("usr1")',
    "createUser with a wrong key and user": "createUser(undefined, undefined)",
  };
  test("every function, in a process that never calls init", async () => {
    const program = `
      import * as users from "cometchat-users";
      let requests = 0;
      globalThis.fetch = async () => { requests += 1; return new Response("{}"); };
      const codes = {};
      for (const [name, call] of Object.entries({${Object.entries(calls)
        .map(([name, call]) => `${JSON.stringify(name)}: () => users.${call}`)
        .join(",")}})) {
        codes[name] = await call().then(() => "no error", (error) => error.code);
      }
      process.stdout.write(JSON.stringify({ codes, requests }));`;
    const { codes, requests } = JSON.parse(await node(["--input-type=module", "--eval", program]));
    for (const name of Object.keys(calls)) {
      assert.equal(codes[name], "COMETCHAT_INITIALIZATION_NOT_DONE", name);
    }
    assert.equal(requests, 0);
  });
});

describe("while signed out: USER_NOT_LOGGED_IN", () => {
  for (const [method, call] of Object.entries({
    updateCurrentUserDetails: (client) => client.updateCurrentUserDetails({ name: "K" }),
    "updateCurrentUserDetails with a wrong user": (client) =>
      client.updateCurrentUserDetails({ name: 5 }),
    getUser: (client) => client.getUser("usr1"),
    logout: (client) => client.logout(),
  })) {
    test(method, async () => {
      const { fetch, requests } = recordingFetch();
      const client = new Client("app", { region: "us", fetch });
      await assert.rejects(call(client), { code: "USER_NOT_LOGGED_IN", attempts: 0 });
      assert.equal(requests.length, 0);
    });
  }
});

describe("a login that lacks something", () => {
  for (const [args, code] of [
    [[], "MISSING_PARAMETERS"],
    [[undefined], "MISSING_PARAMETERS"],
    [[null], "MISSING_PARAMETERS"],
    [[""], "MISSING_PARAMETERS"],
    [["  "], "MISSING_PARAMETERS"],
    [[5], "INVALID_AUTH_TOKEN"],
    [[{ uid: "usr1" }], "INVALID_AUTH_TOKEN"],
    [["two words"], "INVALID_AUTH_TOKEN"],
    [["", "key"], "INVALID_UID"],
    [[null, "key"], "UID_IS_COMPULSORY"],
  ]) {
    test(`login(${args.map(shown).join(", ")}): ${code}`, () =>
      assertRefused((client) => client.login(...args), code));
  }
});

describe("all wrong fields are told at once", () => {
  const wrong = {
    uid: "us er",
    name: " ",
    avatar: "nope",
    link: 5,
    role: "two words",
    statusMessage: 5,
    metadata: [1],
    tags: ["vip", 5, long(101)],
  };
  const fields = [
    "uid",
    "name",
    "avatar",
    "link",
    "role",
    "statusMessage",
    "metadata",
    "tags.1",
    "tags.2",
  ];

  test("by createUser and updateUser, with the first one's code", async () => {
    for (const call of [create(wrong), update(wrong)]) {
      const exception = await assertRefused(call, "INVALID_UID");
      assert.deepEqual(Object.keys(exception.fieldErrors), fields);
      for (const messages of Object.values(exception.fieldErrors)) {
        assert.equal(messages.length, 1);
        assert.ok(exception.details.includes(messages[0]));
      }
    }
  });

  test("by updateCurrentUserDetails, which looks at no uid and no role", async () => {
    const exception = await assertRefused(updateMe(wrong), "INVALID_USER_NAME");
    assert.deepEqual(
      Object.keys(exception.fieldErrors),
      fields.filter((field) => field !== "uid" && field !== "role"),
    );
  });

  test("a uid and a name that are both missing", async () => {
    const exception = await assertRefused(create({}), "UID_IS_COMPULSORY");
    assert.deepEqual(Object.keys(exception.fieldErrors), ["uid", "name"]);
  });
});

describe("the caller's object is never changed", () => {
  const full = () => ({
    uid: "Usr1",
    name: "Kevin",
    avatar: "https://example.com/a.png",
    link: "https://example.com/",
    role: "default",
    statusMessage: "Hi",
    metadata: { deep: { list: [1, { a: null }] } },
    tags: ["vip"],
    status: "online",
    hasBlockedMe: true,
    lastActiveAt: 5,
    authToken: "usr1_token",
    anything: { else: true },
  });

  for (const [method, call] of Object.entries(everywhere)) {
    test(`${method}: a plain object and a User are the same after as before`, async () => {
      const { client } = await loggedIn();
      for (const user of [full(), new User(full())]) {
        const before = structuredClone(user);
        const result = await call(user)(client);
        assert.deepEqual(structuredClone(user), before);
        assert.notEqual(result, user);
        assert.notEqual(result.metadata, user.metadata, "the result shares nothing with it");
        assert.notEqual(result.tags, user.tags);
      }
    });

    test(`${method}: a deeply frozen object is fine`, async () => {
      const { client, requests } = await loggedIn();
      await call(deepFreeze(full()))(client);
      await call(deepFreeze(new User(full())))(client);
      assert.equal(requests.length, 2);
    });

    test(`${method}: an object that is refused is not changed either`, async () => {
      const user = { ...full(), tags: [5], metadata: { a: { b: long(6_000) } } };
      const before = structuredClone(user);
      await assertRefused(call(deepFreeze(user)), "INVALID_USER_METADATA");
      assert.deepEqual(user, before);
    });
  }

  test("options and settings are not changed", async () => {
    const { fetch } = recordingFetch();
    const settings = Object.freeze({ region: "us", fetch });
    const client = new Client("app", settings);
    const options = Object.freeze({ timeoutMs: 1_000, maxRetries: 0, withAuthToken: true });
    await client.createUser(valid, "key", options);
  });

  test("what is changed after the call has begun does not change what is sent", async () => {
    const { client, requests } = await loggedIn();
    const user = { ...valid, metadata: { a: 1 }, tags: ["vip"] };
    const call = client.createUser(user, "key");
    user.name = "Changed";
    user.metadata.a = 2;
    user.tags.push("changed");
    await call;
    assert.deepEqual(requests[0].body, { ...valid, metadata: { a: 1 }, tags: ["vip"] });
  });
});

describe("what the service keeps is never sent", () => {
  const kept = {
    status: "online",
    lastActiveAt: 5,
    hasBlockedMe: true,
    blockedByMe: true,
    deactivatedAt: 5,
    createdAt: 5,
    updatedAt: 5,
    authToken: "usr1_token",
    jwt: "a.b.c",
    anything: "else",
  };
  test("by createUser", async () => {
    const { client, requests } = await loggedIn();
    await client.createUser({ ...valid, ...kept }, "key");
    assert.deepEqual(requests[0].body, valid);
  });
  test("by updateUser, which sends the uid in the path alone", async () => {
    const { client, requests } = await loggedIn();
    await client.updateUser({ ...valid, ...kept }, "key");
    assert.deepEqual(requests[0].body, { name: "Kevin" });
  });
  test("by updateCurrentUserDetails, which sends no uid and no role", async () => {
    const { client, requests } = await loggedIn();
    await client.updateCurrentUserDetails({ ...valid, ...kept, role: "admin" });
    assert.deepEqual(requests[0].body, { name: "Kevin" });
  });
});

describe("objects that are not what they seem", () => {
  test("a user whose getter throws is refused like a user without that field", () =>
    assertRefused(
      create({
        name: "Kevin",
        get uid() {
          throw new Error("no");
        },
      }),
      "UID_IS_COMPULSORY",
    ));

  test("a proxy that throws on everything is refused", () => {
    const refuse = () => {
      throw new Error("no");
    };
    const user = new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse });
    return assertRefused(create(user), "UID_IS_COMPULSORY");
  });

  test("inherited fields count: a class of one's own may stand for a user", async () => {
    class Person {
      constructor(id) {
        this.id = id;
      }
      get uid() {
        return this.id;
      }
      get name() {
        return "Kevin";
      }
    }
    const { client, requests } = await loggedIn();
    await client.createUser(new Person("usr1"), "key");
    assert.deepEqual(requests[0].body, valid);
  });

  test("a metadata object of its own toJSON is sent as that says", async () => {
    const { client, requests } = await loggedIn();
    const metadata = { toJSON: () => ({ a: 1 }) };
    await client.updateUser({ uid: "usr1", metadata }, "key");
    assert.deepEqual(requests[0].body, { metadata: { a: 1 } });
  });
});

describe("a secret that is refused is not shown", () => {
  for (const secret of ["my secret key", "schlüssel-geheim"]) {
    test(secret, async () => {
      for (const call of [
        (client) => client.createUser(valid, secret),
        (client) => client.login("usr1", secret),
      ]) {
        const exception = await assertRefused(call, "INVALID_AUTH_KEY");
        assert.ok(!JSON.stringify(exception).includes(secret));
        assert.ok(!exception.stack.includes(secret));
      }
      const exception = await assertRefused((client) => client.login(secret), "INVALID_AUTH_TOKEN");
      assert.ok(!JSON.stringify(exception).includes(secret));
    });
  }
});
