// Users and exceptions behave as any plain object and any Error of the language does: they can be
// copied, spread, printed, compared and thrown, there is nothing to free, and no secret is printed.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import util from "node:util";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { Client, CometChat, CometChatException, User } from "cometchat-users";
import { useEmulator } from "../support/emulator.mjs";
import { recordingFetch, reply } from "../support/fetches.mjs";
import { node } from "../support/programs.mjs";

const emulator = useEmulator();

const fields = {
  uid: "usr1",
  name: "Kevin",
  metadata: { deep: [{ a: null }] },
  tags: ["vip"],
  status: "offline",
  hasBlockedMe: false,
  blockedByMe: false,
  deactivatedAt: 0,
  createdAt: 1_772_166_128,
};

/** What a client makes of a reply. */
function received(data, options) {
  const body = typeof data === "string" ? data : { data };
  const { fetch } = recordingFetch(() => reply(body, options));
  const client = new Client("app", { region: "us", maxRetries: 0, fetch });
  return client.createUser({ uid: "usr1", name: "Kevin" }, "key");
}

const users = {
  "a User that a caller made": async () => new User(fields),
  "a User that came from the service": () => received(fields),
};
for (const [name, make] of Object.entries(users)) {
  describe(name, () => {
    test("structuredClone copies every field", async () => {
      const user = await make();
      const clone = structuredClone(user);
      assert.deepEqual(clone, fields);
      assert.notEqual(clone.metadata, user.metadata);
    });

    test("it can be posted to another thread", async () => {
      const { port1, port2 } = new MessageChannel();
      port1.postMessage(await make());
      assert.deepEqual(receiveMessageOnPort(port2).message, fields);
      port1.close();
    });

    test("spreading and Object.assign copy every field", async () => {
      const user = await make();
      assert.deepEqual({ ...user }, fields);
      assert.deepEqual(Object.assign({}, user), fields);
      const { uid, ...rest } = user;
      assert.equal(uid, "usr1");
      assert.deepEqual(Object.keys(rest).sort(), Object.keys(fields).slice(1).sort());
    });

    test("JSON.stringify holds every field, and a User can be made of it again", async () => {
      const user = await make();
      assert.deepEqual(JSON.parse(JSON.stringify(user)), fields);
      const again = new User(JSON.parse(JSON.stringify(user)));
      assert.deepEqual(again, user);
      assert.equal(again.getName(), "Kevin");
    });

    test("its fields are own, enumerable, writable and configurable, and there is nothing else", async () => {
      const user = await make();
      for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(user))) {
        const { value, ...flags } = descriptor;
        assert.deepEqual(value, fields[key], key);
        assert.deepEqual(flags, { writable: true, enumerable: true, configurable: true }, key);
      }
      assert.deepEqual(Reflect.ownKeys(user).sort(), Object.keys(fields).sort());
      const looped = [];
      for (const key in user) looped.push(key);
      assert.deepEqual(looped.sort(), Object.keys(fields).sort());
    });

    test("it has no handle into WebAssembly and nothing to free", async () => {
      const user = await make();
      for (const key of ["free", "__wbg_ptr", "__destroy_into_raw"]) {
        assert.equal(user[key], undefined, key);
      }
      assert.equal(user[Symbol.dispose ?? Symbol.for("nodejs.dispose")], undefined);
    });

    test("it is compared by its fields", async () => {
      assert.deepEqual(await make(), new User({ ...fields }));
      assert.notDeepEqual(await make(), new User({ ...fields, name: "Another" }));
    });

    test("freezing it is respected", async () => {
      const user = Object.freeze(await make());
      assert.throws(() => user.setName("Another"), TypeError);
      assert.equal(user.getName(), "Kevin");
    });
  });
}

describe("printing a user", () => {
  const secrets = {
    authToken: "usr1_1772166127SECRET",
    jwt: "header.SECRET.signature",
    fat: "SECRET-fat",
    wsChannel: { identity: "[app]usr1", secret: "SECRET-channel" },
  };

  test("util.inspect names the class and shows the fields", () => {
    const printed = util.inspect(new User(fields));
    assert.match(printed, /^User \{/);
    assert.match(printed, /name: 'Kevin'/);
    assert.match(printed, /tags: \[ 'vip' \]/);
  });

  for (const [how, print] of Object.entries({
    "util.inspect": (user) => util.inspect(user),
    "util.inspect inside an object": (user) => util.inspect({ list: [{ user }] }, { depth: 9 }),
    "util.inspect with hidden properties": (user) => util.inspect(user, { showHidden: true }),
    "console.log": (user) => util.format(user),
    "console.log with %O": (user) => util.format("%O", user),
    "console.log with %o": (user) => util.format("%o", user),
  })) {
    test(`${how} masks each token`, () => {
      const user = new User({ ...fields, ...secrets });
      const printed = print(user);
      assert.match(printed, /Kevin/, "the user itself is not shown");
      assert.doesNotMatch(printed, /SECRET/);
      for (const [key, value] of Object.entries(secrets)) {
        assert.equal(user[key], value, "printing changed the user");
      }
    });
  }

  test("what a program prints of the logged-in user holds no token", async () => {
    const program = `
      import { CometChat } from "cometchat-users";
      CometChat.connectEmulator(${JSON.stringify(emulator.url)});
      await CometChat.init(${JSON.stringify(emulator.appId)}, { region: "us" });
      const user = await CometChat.login("cometchat-uid-1", ${JSON.stringify(emulator.authKey)});
      console.log(user, { user }, await CometChat.getLoggedInUser());
      console.error(JSON.stringify([user.getAuthToken(), user.jwt]));`;
    const [printed, secret] = await Promise.all([
      node(["--input-type=module", "--eval", program]),
      emulator.client().login("cometchat-uid-1", emulator.authKey),
    ]);
    assert.match(printed, /Andrew Joseph/);
    assert.doesNotMatch(printed, /cometchat-uid-1_\d/, "an auth token is shown");
    assert.doesNotMatch(printed, new RegExp(`${secret.jwt.split(".")[0]}\\.`), "a jwt is shown");
  });

  test("a user without a token prints as it is", () => {
    assert.doesNotMatch(util.inspect(new User(fields)), /\*\*\*/);
  });
});

const rejected = (promise) =>
  promise.then(
    () => assert.fail("the call did not fail"),
    (error) => error,
  );
const exceptions = {
  "an exception for bad input": () =>
    rejected(new Client("app", { region: "us" }).createUser({ uid: "a b" }, "key")),
  "an exception from the service": () =>
    rejected(emulator.client().updateUser({ uid: "nobody", name: "K" }, emulator.authKey)),
  "an exception for a reply that never came": () =>
    rejected(
      new Client("app", {
        region: "us",
        maxRetries: 0,
        fetch: () => Promise.reject(new TypeError("fetch failed")),
      }).createUser({ uid: "usr1", name: "K" }, "key"),
    ),
};
for (const [name, make] of Object.entries(exceptions)) {
  describe(name, () => {
    test("is an Error and a CometChatException", async () => {
      const error = await make();
      assert.ok(error instanceof Error);
      assert.ok(error instanceof CometChatException);
      assert.ok(error instanceof CometChat.CometChatException);
      assert.ok(util.types.isNativeError(error));
      assert.equal(Object.prototype.toString.call(error), "[object Error]");
    });

    test("has a name and a text like any error", async () => {
      const error = await make();
      assert.equal(error.name, "CometChatException");
      assert.equal(Object.hasOwn(error, "name"), false);
      assert.equal(String(error), `CometChatException: ${error.message}`);
      assert.ok(error.stack.startsWith(String(error)));
    });

    test("its stack names the caller's file", async () => {
      async function theCaller() {
        return await make();
      }
      const error = await theCaller();
      assert.ok(
        error.stack.includes(import.meta.filename ?? "plain-objects.test.mjs"),
        error.stack,
      );
    });

    test("JSON.stringify holds its fields, name and message, and not the cause", async () => {
      const error = await make();
      const json = JSON.parse(JSON.stringify(error));
      assert.equal(json.name, "CometChatException");
      assert.equal(json.message, error.message);
      for (const field of ["code", "details", "retryable", "attempts"]) {
        assert.equal(json[field], error[field], field);
      }
      assert.equal(json.status, error.status);
      assert.deepEqual(json.fieldErrors, error.fieldErrors);
      assert.equal("cause" in json, false);
      assert.equal("stack" in json, false);
    });

    test("printing it shows its code and details", async () => {
      const error = await make();
      const printed = util.inspect(error);
      assert.ok(printed.includes(`code: '${error.code}'`), printed);
      assert.ok(printed.includes("details:"), printed);
    });

    test("fields that are not known are absent, not undefined", async () => {
      const error = await make();
      for (const [key, value] of Object.entries(error)) assert.notEqual(value, undefined, key);
    });

    test("structuredClone keeps it an Error with its message", async () => {
      const error = await make();
      const clone = structuredClone(error);
      assert.ok(clone instanceof Error);
      assert.equal(clone.message, error.message);
    });
  });
}

describe("an exception's stack", () => {
  // In a process of its own: the first call there has to load the WebAssembly module.
  for (const [when, code] of [
    ["on the first call of a process", ""],
    ["when the module is loaded", "await CometChat.load();"],
  ]) {
    test(`names the calling line ${when}`, async () => {
      const program = `import { CometChat } from "cometchat-users";
${code}
await CometChat.init("app", { region: "us" });
async function theCaller() {
  return await CometChat.createUser({ uid: "a b" }, "key");
}
await theCaller().catch((error) => process.stdout.write(error.stack));`;
      const stack = await node(["--input-type=module", "--eval", program]);
      assert.match(stack, /theCaller.*:5:/, stack);
    });
  }

  test("holds no frame of WebAssembly", async () => {
    const error = await exceptions["an exception for bad input"]();
    assert.doesNotMatch(error.stack, /wasm:/);
  });
});

test("the cause of a failed fetch is there, as it was thrown", async () => {
  const error = await exceptions["an exception for a reply that never came"]();
  assert.equal(error.code, "FAILED_TO_FETCH");
  assert.ok(error.cause instanceof TypeError);
  assert.equal(error.cause.message, "fetch failed");
});

describe("a __proto__ key in a reply changes nothing but the data", () => {
  const poison =
    '"__proto__":{"polluted":true,"getName":null},"constructor":{"prototype":{"polluted":true}}';
  const text = `{"data":{"uid":"usr1","name":"Kevin","authToken":"token-1",${poison},"metadata":{${poison}}}}`;
  const assertClean = (user) => {
    assert.equal({}.polluted, undefined);
    assert.equal(user.polluted, undefined);
    assert.equal(Object.getPrototypeOf(user), User.prototype);
    assert.ok(user instanceof User);
    assert.equal(user.getName(), "Kevin");
  };

  test("of createUser", async () => {
    const user = await received(text);
    assertClean(user);
    assert.equal(user.metadata.polluted, undefined);
  });

  test("of login, and of the stored session after it", async () => {
    const { fetch } = recordingFetch(() => reply(text));
    const client = new Client("app", { region: "us", fetch });
    assertClean(await client.login("token-1"));
    assertClean(await client.getLoggedInUser());
    assertClean(await client.updateUser({ uid: "usr1", name: "Kevin" }, "key"));
    assertClean(await client.getLoggedInUser());
  });

  test("of new User", () => {
    assertClean(new User(JSON.parse(text).data));
  });

  test("of an error, in its details too", async () => {
    const details = '{"__proto__":["polluted"],"name":["is wrong"]}';
    const body = `{"error":{"code":"ERR_BAD_REQUEST","message":"No.",${poison},"details":${details}}}`;
    const error = await rejected(received(body, { status: 400 }));
    assert.equal(error.code, "ERR_BAD_REQUEST");
    assert.equal({}.polluted, undefined);
    assert.equal(error.polluted, undefined);
    assert.equal(Object.getPrototypeOf(error), CometChatException.prototype);
    assert.equal(Object.getPrototypeOf(error.fieldErrors), Object.prototype);
    assert.deepEqual(error.fieldErrors.name, ["is wrong"]);
  });
});
