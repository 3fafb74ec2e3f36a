// Each row of each table of the two pages of CometChat's documentation on user management (Flutter,
// and React Native/JavaScript) as one test, against the emulator. The tables stand here as they
// stand there; where the service gives a new value each time, a rule takes the sample's place.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { Client, CometChatException, User } from "cometchat-users";
import { newUid, useEmulator } from "../support/emulator.mjs";
import { recordingFetch, reply, watchedFetch } from "../support/fetches.mjs";

// The app of the documentation's own samples, so that what names the app in them is the same here.
const APP = "2748663902141719";
const emulator = useEmulator({ args: ["--app-id", APP] });
const seconds = () => Math.floor(Date.now() / 1_000);
const startedAt = seconds();

const types = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  array: Array.isArray,
};

/** In a table: any value for which `holds` is true, in place of the sample value. */
const rule = (name, holds) => ({ name, holds });
const now = rule(
  "the present time in seconds",
  (value) => startedAt <= value && value <= seconds(),
);

/** A user as the server holds it, with all that it tells of it. */
async function stored(uid) {
  const list = await emulator.rest("GET", `/users?withTags=true&searchKey=${uid}`);
  const listed = list.find((user) => user.uid === uid);
  return { ...listed, ...(await emulator.rest("GET", `/users/${uid}`)) };
}

function assertSample(value, type, sample) {
  if (sample === null) return assert.equal(value, null);
  assert.ok(types[type](value), `${JSON.stringify(value)} is no ${type}`);
  if (typeof sample?.holds === "function") {
    return assert.ok(sample.holds(value), `${JSON.stringify(value)} is not ${sample.name}`);
  }
  assert.deepEqual(value, sample);
}

const shown = (sample) => sample?.name ?? JSON.stringify(sample);
const getter = (user, field) => user[`get${field[0].toUpperCase()}${field.slice(1)}`]();

/** A role that the app has to have before a user can get it. */
async function makeRole(role) {
  const roles = await emulator.rest("GET", "/roles");
  if (roles.some((known) => known.role === role)) return;
  await emulator.rest("POST", "/roles", { role, name: role });
}

describe("Flutter page", () => {
  const created = [
    ["uid", "string", "usr1"],
    ["name", "string", "Kevin"],
    ["link", "string", null],
    ["avatar", "string", null],
    ["metadata", "object", {}],
    ["status", "string", "offline"],
    ["role", "string", "default"],
    ["statusMessage", "string", null],
    ["tags", "array", []],
    ["hasBlockedMe", "boolean", false],
    ["blockedByMe", "boolean", false],
    ["lastActiveAt", "number", 0],
  ];
  const updated = [
    ["uid", "string", "usr1"],
    ["name", "string", "Kevin Fernandez"],
    ["link", "string", null],
    ["avatar", "string", null],
    ["metadata", "object", {}],
    ["status", "string", "offline"],
    ["role", "string", "default"],
    ["statusMessage", "string", null],
    ["tags", "array", []],
    ["hasBlockedMe", "boolean", false],
    ["blockedByMe", "boolean", false],
    ["lastActiveAt", "number", 0],
  ];
  const updatedOneself = [
    ["uid", "string", "cometchat-uid-1"],
    ["name", "string", "Updated Name"],
    ["link", "string", null],
    ["avatar", "string", "https://assets.cometchat.io/sampleapp/v2/users/cometchat-uid-1.webp"],
    ["metadata", "object", {}],
    ["status", "string", "online"],
    ["role", "string", "default"],
    ["statusMessage", "string", null],
    ["tags", "array", []],
    ["hasBlockedMe", "boolean", false],
    ["blockedByMe", "boolean", false],
    ["lastActiveAt", "number", now],
  ];

  const responses = {
    "createUser()": {
      table: created,
      call: () => emulator.client().createUser(new User("usr1", "Kevin"), emulator.authKey),
    },
    "updateUser()": {
      table: updated,
      async call() {
        await emulator.client().createUser(new User("usr1", "Kevin"), emulator.authKey);
        const user = new User("usr1", "Kevin Fernandez");
        return emulator.client().updateUser(user, emulator.authKey);
      },
    },
    "updateCurrentUserDetails()": {
      table: updatedOneself,
      async call() {
        const client = emulator.client();
        await client.login("cometchat-uid-1", emulator.authKey);
        return client.updateCurrentUserDetails(new User({ name: "Updated Name" }));
      },
    },
  };

  for (const [method, { table, call }] of Object.entries(responses)) {
    describe(`${method}, response`, () => {
      let user;
      before(async () => {
        await emulator.reset();
        user = await call();
      });
      for (const [field, type, sample] of table) {
        test(`${field} (${type}): ${shown(sample)}`, () => {
          assertSample(getter(user, field), type, sample);
        });
      }
    });
  }

  const error = [
    ["code", "string", "ERR_UID_NOT_FOUND"],
    ["message", "string", "The specified UID does not exist."],
    ["details", "string", "Please provide a valid UID for the user."],
  ];
  const refused = {
    "createUser()": (client) => client.createUser(new User("usr1", "Kevin"), "AUTH_KEY"),
    "updateUser()": (client) => client.updateUser(new User("usr1", "Kevin"), "AUTH_KEY"),
    "updateCurrentUserDetails()": (client) =>
      client.updateCurrentUserDetails(new User({ name: "Updated Name" })),
  };
  for (const [method, call] of Object.entries(refused)) {
    describe(`${method}, error`, () => {
      for (const [parameter, type, sample] of error) {
        test(`${parameter} (${type}): ${shown(sample)}`, async () => {
          const samples = Object.fromEntries(error.map(([name, , value]) => [name, value]));
          let answers = reply({ data: { uid: "usr1", name: "Kevin", authToken: "usr1_token" } });
          const { fetch } = recordingFetch(() => answers);
          const client = new Client(APP, { region: "us", fetch });
          await client.login("usr1_token");
          answers = reply({ error: samples }, { status: 404 });
          await assert.rejects(call(client), (exception) => {
            assert.ok(exception instanceof CometChatException);
            assertSample(exception[parameter], type, sample);
            return true;
          });
        });
      }
    });
  }

  describe("updateUser(), error of the emulator for an unknown uid", () => {
    for (const [parameter, type] of error) {
      test(`${parameter} (${type})`, async () => {
        const call = emulator.client().updateUser({ uid: "nobody", name: "N" }, emulator.authKey);
        await assert.rejects(call, (exception) => {
          assert.ok(types[type](exception[parameter]));
          assert.notEqual(exception[parameter], "");
          assert.equal(exception.code, "ERR_UID_NOT_FOUND");
          return true;
        });
      });
    }
  });

  // The documentation's callbacks are the two outcomes of a promise here.
  const parameters = {
    "createUser()": {
      async user() {
        const uid = newUid();
        const { fetch, requests } = watchedFetch();
        await emulator.client({ fetch }).createUser(new User(uid, "Kevin"), emulator.authKey);
        assert.deepEqual(requests[0].body, { uid, name: "Kevin" });
        for (const [user, code] of [
          [new User({ name: "Kevin" }), "UID_IS_COMPULSORY"],
          [new User(newUid()), "USER_NAME_IS_COMPULSORY"],
        ]) {
          await assert.rejects(emulator.client().createUser(user, emulator.authKey), { code });
        }
      },
      async authKey() {
        const { fetch, requests } = watchedFetch();
        const user = new User(newUid(), "Kevin");
        await emulator.client({ fetch }).createUser(user, emulator.authKey);
        assert.equal(requests[0].headers.apiKey, emulator.authKey);
      },
      async onSuccess() {
        const uid = newUid();
        const user = await emulator.client().createUser(new User(uid, "Kevin"), emulator.authKey);
        assert.ok(user instanceof User);
        assert.equal(user.getUid(), uid);
      },
      async onError() {
        const user = new User("cometchat-uid-1", "Kevin");
        const call = emulator.client().createUser(user, emulator.authKey);
        await assert.rejects(call, CometChatException);
      },
    },
    "updateUser()": {
      async user() {
        const { fetch, requests } = watchedFetch();
        const user = new User({ uid: "cometchat-uid-2", link: "https://example.com" });
        await emulator.client({ fetch }).updateUser(user, emulator.authKey);
        assert.match(requests[0].url, /\/users\/cometchat-uid-2$/);
        assert.deepEqual(requests[0].body, { link: "https://example.com" });
      },
      async apiKey() {
        const { fetch, requests } = watchedFetch();
        const user = new User("cometchat-uid-2", "Kevin");
        await emulator.client({ fetch }).updateUser(user, emulator.authKey);
        assert.equal(requests[0].headers.apiKey, emulator.authKey);
      },
      async onSuccess() {
        const changed = new User("cometchat-uid-2", "Kevin");
        const user = await emulator.client().updateUser(changed, emulator.authKey);
        assert.ok(user instanceof User);
        assert.equal(user.getName(), "Kevin");
      },
      async onError() {
        const call = emulator.client().updateUser(new User("nobody", "Kevin"), emulator.authKey);
        await assert.rejects(call, CometChatException);
      },
    },
    "updateCurrentUserDetails()": {
      async user() {
        const client = emulator.client();
        await client.login("cometchat-uid-3", emulator.authKey);
        const user = await client.updateCurrentUserDetails(new User("cometchat-uid-4", "Kevin"));
        assert.equal(user.getUid(), "cometchat-uid-3");
        const other = await emulator.rest("GET", "/users/cometchat-uid-4");
        assert.notEqual(other.name, "Kevin");
      },
      async onSuccess() {
        const client = emulator.client();
        await client.login("cometchat-uid-3", emulator.authKey);
        const user = await client.updateCurrentUserDetails(new User({ name: "Kevin" }));
        assert.ok(user instanceof User);
        assert.equal(user.getName(), "Kevin");
      },
      async onError() {
        const call = emulator.client().updateCurrentUserDetails(new User({ name: "Kevin" }));
        await assert.rejects(call, CometChatException);
      },
    },
  };
  for (const [method, table] of Object.entries(parameters)) {
    describe(`${method}, parameters`, () => {
      for (const [parameter, check] of Object.entries(table)) test(parameter, check);
    });
  }
});

describe("React Native/JavaScript page", () => {
  const createdMinimal = [
    ["uid", "string", "test_user_1772166127823"],
    ["name", "string", "Test User"],
    ["role", "string", "default"],
    ["status", "string", "offline"],
    ["hasBlockedMe", "boolean", false],
    ["blockedByMe", "boolean", false],
    ["deactivatedAt", "number", 0],
    ["createdAt", "number", now],
  ];
  const createdFull = [
    ["uid", "string", "test_full_1772166127993"],
    ["name", "string", "Full Test User"],
    ["avatar", "string", "https://example.com/avatar.png"],
    ["link", "string", "https://example.com/profile"],
    ["role", "string", "default"],
    ["status", "string", "offline"],
    ["statusMessage", "string", "Hello World"],
    ["metadata", "object", { custom: "data" }],
    ["tags", "array", ["tag1", "tag2"]],
    ["hasBlockedMe", "boolean", false],
    ["blockedByMe", "boolean", false],
    ["deactivatedAt", "number", 0],
    ["createdAt", "number", now],
  ];
  const updatedMinimal = [
    ["uid", "string", "test_user_1772167015122"],
    ["name", "string", "Updated Test User"],
    ["role", "string", "default"],
    ["status", "string", "offline"],
    ["hasBlockedMe", "boolean", false],
    ["blockedByMe", "boolean", false],
    ["deactivatedAt", "number", 0],
    ["createdAt", "number", now],
  ];
  const updatedFull = [
    ["uid", "string", "test_full_1772167015291"],
    ["name", "string", "Updated Full User"],
    ["avatar", "string", "https://example.com/new-avatar.png"],
    ["link", "string", "https://example.com/new-profile"],
    ["role", "string", "admin"],
    ["status", "string", "offline"],
    ["statusMessage", "string", "Updated status"],
    ["metadata", "object", { updated: true }],
    ["tags", "array", ["updated-tag"]],
    ["hasBlockedMe", "boolean", false],
    ["blockedByMe", "boolean", false],
    ["deactivatedAt", "number", 0],
    ["createdAt", "number", now],
  ];
  const updatedOneself = [
    ["uid", "string", "cometchat-uid-7"],
    ["name", "string", "Henry Marino"],
    ["avatar", "string", "https://artriva.com/media/k2/galleries/20/d.jpg"],
    [
      "authToken",
      "string",
      rule("the uid, a time and a random part", (value) =>
        /^cometchat-uid-7_\d{10}[0-9a-f]{30}$/.test(value),
      ),
    ],
    ["role", "string", "default"],
    ["status", "string", "online"],
    ["statusMessage", "string", "Testing CometChat SDK"],
    ["lastActiveAt", "number", now],
    ["hasBlockedMe", "boolean", false],
    ["blockedByMe", "boolean", false],
    ["deactivatedAt", "number", 0],
    ["tags", "array", ["vip"]],
    [
      "wsChannel",
      "object",
      rule(
        'with the identity "[2748663902141719]cometchat-uid-7"',
        (value) => value.identity === "[2748663902141719]cometchat-uid-7",
      ),
    ],
    ["settings", "object", rule("the app's settings", (value) => Object.keys(value).length > 0)],
    ["jwt", "string", rule("a JSON web token", (value) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(value))],
  ];

  const withoutServerFields = (table) =>
    Object.fromEntries(
      table
        .filter(([field]) => !["status", "hasBlockedMe", "blockedByMe"].includes(field))
        .filter(([field]) => !["deactivatedAt", "createdAt"].includes(field))
        .map(([field, , sample]) => [field, sample]),
    );
  const responses = {
    "createUser(), minimal": {
      table: createdMinimal,
      more: [],
      call() {
        const user = new User("test_user_1772166127823");
        user.setName("Test User");
        return emulator.client().createUser(user, emulator.authKey);
      },
    },
    "createUser(), with all optional fields": {
      table: createdFull,
      more: [],
      call() {
        const user = new User("test_full_1772166127993");
        user.setName("Full Test User");
        user.setAvatar("https://example.com/avatar.png");
        user.setLink("https://example.com/profile");
        user.setRole("default");
        user.setStatusMessage("Hello World");
        user.setMetadata({ custom: "data" });
        user.setTags(["tag1", "tag2"]);
        return emulator.client().createUser(user, emulator.authKey);
      },
    },
    "updateUser(), minimal": {
      table: updatedMinimal,
      more: ["updatedAt"],
      async call() {
        const user = new User("test_user_1772167015122", "Test User");
        await emulator.client().createUser(user, emulator.authKey);
        user.setName("Updated Test User");
        return emulator.client().updateUser(user, emulator.authKey);
      },
    },
    "updateUser(), with all optional fields": {
      table: updatedFull,
      more: ["updatedAt"],
      async call() {
        await makeRole("admin");
        const user = new User("test_full_1772167015291", "Full Test User");
        await emulator.client().createUser(user, emulator.authKey);
        Object.assign(user, withoutServerFields(updatedFull));
        return emulator.client().updateUser(user, emulator.authKey);
      },
    },
    "updateCurrentUserDetails()": {
      table: updatedOneself,
      more: ["createdAt", "updatedAt"],
      async call() {
        const client = emulator.client();
        await client.createUser({ uid: "cometchat-uid-7", name: "Henry" }, emulator.authKey);
        await client.login("cometchat-uid-7", emulator.authKey);
        const user = new User("cometchat-uid-7", "Henry Marino");
        user.setAvatar("https://artriva.com/media/k2/galleries/20/d.jpg");
        user.setStatusMessage("Testing CometChat SDK");
        user.setTags(["vip"]);
        return client.updateCurrentUserDetails(user);
      },
    },
  };

  for (const [method, { table, more, call }] of Object.entries(responses)) {
    describe(`${method}, response`, () => {
      let user;
      before(async () => {
        await emulator.reset();
        user = await call();
      });
      for (const [field, type, sample] of table) {
        test(`${field} (${type}): ${shown(sample)}`, () => {
          assert.ok(Object.hasOwn(user, field), "not an own field");
          assert.ok(Object.keys(user).includes(field), "not enumerable");
          assertSample(user[field], type, sample);
        });
      }
      test("no field beside those of the table and what the service adds later", () => {
        const known = [...table.map(([field]) => field), ...more];
        assert.deepEqual(
          Object.keys(user).filter((field) => !known.includes(field)),
          [],
        );
      });
    });
  }

  describe("troubleshooting", () => {
    test("createUser fails with 'UID already exists'", async () => {
      const user = new User("cometchat-uid-1", "Andrew");
      await assert.rejects(emulator.client().createUser(user, emulator.authKey), {
        code: "ERR_UID_ALREADY_EXISTS",
        status: 400,
      });
      // The documented ways out.
      await emulator.client().updateUser(user, emulator.authKey);
      await emulator.client().login("cometchat-uid-1", emulator.authKey);
    });

    test("updateCurrentUserDetails doesn't update role", async () => {
      await emulator.reset();
      await makeRole("vip");
      const { fetch, requests } = watchedFetch();
      const client = emulator.client({ fetch });
      await client.login("cometchat-uid-1", emulator.authKey);
      const user = new User("cometchat-uid-1", "Andrew");
      user.setRole("vip");
      assert.equal((await client.updateCurrentUserDetails(user)).getRole(), "default");
      assert.equal(Object.hasOwn(requests.at(-1).body, "role"), false);
      // The documented way out.
      assert.equal((await client.updateUser(user, emulator.authKey)).getRole(), "vip");
    });

    test("UID validation error", async () => {
      for (const uid of ["user 1", "user.1", "user@example", "usér", "user/1", "ü"]) {
        const call = emulator.client().createUser(new User(uid, "Kevin"), emulator.authKey);
        await assert.rejects(call, { code: "INVALID_UID", attempts: 0 }, uid);
      }
      const user = new User(`Abc_09-${process.pid}`, "Kevin");
      await emulator.client().createUser(user, emulator.authKey);
    });
  });
});

// Both pages have this table, row for row.
const userClass = [
  ["uid", "specified on user creation. Not editable after that", "cometchat-uid-9"],
  ["name", "Yes", "Another Name"],
  ["avatar", "Yes", "https://example.com/another.png"],
  ["link", "Yes", "https://example.com/another"],
  ["role", "Yes", "moderator"],
  ["metadata", "Yes", { department: "engineering", levels: [1, 2] }],
  ["status", "No", "online"],
  ["statusMessage", "Yes", "In a meeting"],
  ["lastActiveAt", "No", 1_745_554_700],
  ["hasBlockedMe", "No", true],
  ["blockedByMe", "No", true],
  ["tags", "Yes", ["another", "tag"]],
];
for (const page of ["Flutter page", "React Native/JavaScript page"]) {
  describe(`${page}, User class`, () => {
    before(async () => {
      await emulator.reset();
      await makeRole("moderator");
    });

    for (const [field, editable, value] of userClass) {
      const setter = `set${field[0].toUpperCase()}${field.slice(1)}`;

      test(`${field}: editable: ${editable}`, async () => {
        const uid = newUid();
        const { fetch, requests } = watchedFetch();
        const client = emulator.client({ fetch });
        await client.createUser({ uid, name: "Kevin" }, emulator.authKey);

        const user = new User(uid);
        user[setter](value);
        assert.deepEqual(getter(user, field), value, "the getter gives what the setter was given");

        if (field === "uid") {
          // As a change it has no effect: there is no such user, and one's own uid stays.
          await client.login(uid, emulator.authKey);
          await assert.rejects(client.updateUser(user, emulator.authKey), {
            code: "ERR_UID_NOT_FOUND",
          });
          assert.equal((await client.updateCurrentUserDetails(user)).getUid(), uid);
          for (const { method, body } of requests.filter(({ method }) => method === "PUT")) {
            assert.equal(Object.hasOwn(body, "uid"), false, `${method} sent the uid`);
          }
          return;
        }

        const before = await stored(uid);
        const updated = await client.updateUser(user, emulator.authKey);
        const after = await stored(uid);
        const sent = requests.at(-1).body;
        if (editable === "Yes") {
          assert.deepEqual(sent, { [field]: value });
          assert.deepEqual(updated[field], value);
          assert.deepEqual(after[field], value, "not changed at the server");
        } else {
          assert.deepEqual(sent, {}, "a field that the service keeps was sent");
          assert.deepEqual(after[field], before[field], "changed at the server");
          assert.notDeepEqual(getter(updated, field), value);
        }

        await client.login(uid, emulator.authKey);
        await client.updateCurrentUserDetails(user);
        const sentByOneself = requests.at(-1).body;
        const isSent = editable === "Yes" && field !== "role";
        assert.deepEqual(sentByOneself, isSent ? { [field]: value } : {});
      });
    }
  });
}

describe("Flutter page, updateUser(), a user without a value for a field", () => {
  test("every getter of the User class gives the table's default", () => {
    const user = new User("usr1");
    const defaults = {
      uid: "usr1",
      name: "",
      avatar: null,
      link: null,
      role: "default",
      metadata: {},
      status: "offline",
      statusMessage: null,
      lastActiveAt: 0,
      hasBlockedMe: false,
      blockedByMe: false,
      tags: [],
    };
    assert.deepEqual(
      Object.keys(defaults),
      userClass.map(([field]) => field),
    );
    for (const [field, value] of Object.entries(defaults)) {
      assert.deepEqual(getter(user, field), value, field);
    }
    assert.deepEqual(Object.keys(user), ["uid"], "asking for a default must not set it");
  });
});
