// How a client is told where the service is: regions, hosts, the emulator by a call and by an
// environment variable, AppSettingsBuilder, and what is refused.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as shared from "cometchat-users";
import { AppSettingsBuilder, Client, CometChatException, StorageMode } from "cometchat-users";
import { deserted, newUid, useEmulator } from "../support/emulator.mjs";
import { deferred, recordingFetch, reply } from "../support/fetches.mjs";
import { node } from "../support/programs.mjs";

const emulator = useEmulator();

/** The addresses that a client sends a key call and a session call to. */
async function addresses(settings, prepare = () => {}) {
  const { fetch, requests } = recordingFetch(() =>
    reply({ data: { uid: "usr1", name: "K", authToken: "token-1" } }),
  );
  const client = new Client("app1", { fetch, ...settings });
  prepare(client);
  await client.createUser({ uid: "usr1", name: "K" }, "key");
  await client.login("token-1");
  return requests.map(({ url }) => url);
}

describe("hosts", () => {
  for (const [name, settings, admin, client] of [
    [
      "a region",
      { region: "eu" },
      "https://app1.api-eu.cometchat.io/v3.0",
      "https://app1.apiclient-eu.cometchat.io/v3.0",
    ],
    [
      "a region in upper case with spaces",
      { region: " US " },
      "https://app1.api-us.cometchat.io/v3.0",
      "https://app1.apiclient-us.cometchat.io/v3.0",
    ],
    [
      "own hosts",
      { adminHost: "a.example", clientHost: "c.example" },
      "https://a.example/v3.0",
      "https://c.example/v3.0",
    ],
    [
      "own hosts with a scheme and a port",
      { adminHost: "http://a.example:1", clientHost: "http://c.example:2/" },
      "http://a.example:1/v3.0",
      "http://c.example:2/v3.0",
    ],
    [
      "own hosts with a path, which is kept",
      { adminHost: "a.example/proxy/v3", clientHost: "c.example/v3.0/" },
      "https://a.example/proxy/v3",
      "https://c.example/v3.0",
    ],
    [
      "one own host beside a region",
      { region: "in", adminHost: "a.example" },
      "https://a.example/v3.0",
      "https://app1.apiclient-in.cometchat.io/v3.0",
    ],
  ]) {
    test(name, async () => {
      assert.deepEqual(await addresses(settings), [`${admin}/users`, `${client}/me`]);
    });
  }

  test("every request names the app and carries the key of its call alone", async () => {
    const { fetch, requests } = recordingFetch();
    const client = new Client("app1", { region: "us", fetch });
    await client.createUser({ uid: "usr1", name: "K" }, "key-1");
    await client.updateUser({ uid: "usr1", name: "K" }, "key-2");
    assert.deepEqual(
      requests.map(({ headers }) => [headers.appId, headers.apiKey]),
      [
        ["app1", "key-1"],
        ["app1", "key-2"],
      ],
    );
  });
});

describe("connectEmulator", () => {
  for (const [given, base] of [
    [undefined, "http://127.0.0.1:8090/v3.0"],
    ["http://127.0.0.1:9000", "http://127.0.0.1:9000/v3.0"],
    ["http://localhost:9000/", "http://localhost:9000/v3.0"],
    ["localhost:9000", "http://localhost:9000/v3.0"],
    ["https://emulator.example/v3", "https://emulator.example/v3"],
  ]) {
    test(`sends both kinds of call to the emulator: ${given ?? "no address given"}`, async () => {
      const urls = await addresses({ region: "us" }, (client) => client.connectEmulator(given));
      assert.deepEqual(urls, [`${base}/users`, `${base}/me`]);
    });
  }

  test("needs no region", async () => {
    await emulator.client().createUser({ uid: newUid(), name: "K" }, emulator.authKey);
  });

  test("before init and after it", async () => {
    const program = (before, after) => `
      import { CometChat } from "cometchat-users";
      ${before}
      await CometChat.init(${JSON.stringify(emulator.appId)}, { region: "us" });
      ${after}
      const user = await CometChat.createUser(
        { uid: ${JSON.stringify(newUid())}, name: "Kevin" }, ${JSON.stringify(emulator.authKey)});
      process.stdout.write(user.getName());`;
    const connect = `CometChat.connectEmulator(${JSON.stringify(emulator.url)});`;
    for (const parts of [
      [connect, ""],
      ["", connect],
    ]) {
      const printed = await node(["--input-type=module", "--eval", program(...parts)]);
      assert.equal(printed, "Kevin");
    }
  });

  for (const url of ["", "ftp://127.0.0.1", "http://", "http://a b", "http://user@host", 5, {}]) {
    test(`refuses what is no address: ${JSON.stringify(url)}`, async () => {
      const unloaded = `
        import { CometChat } from "cometchat-users";
        CometChat.connectEmulator(${JSON.stringify(url)});
        await CometChat.init("app", { region: "us" })
          .then(() => "no error", (error) => error.code)
          .then((code) => process.stdout.write(code));`;
      const printed = await node(["--input-type=module", "--eval", unloaded]);
      assert.equal(printed, "INVALID_SETTINGS", "from the next call while nothing is loaded");

      const client = emulator.client();
      await client.getLoggedInUser();
      assert.throws(
        () => client.connectEmulator(url),
        (error) => error instanceof CometChatException && error.code === "INVALID_SETTINGS",
      );
      await client.createUser({ uid: newUid(), name: "K" }, emulator.authKey);
    });
  }
});

describe("the setting emulator", () => {
  test("sends both kinds of call to the emulator, and needs no region", async () => {
    const urls = await addresses({ emulator: "localhost:9000" });
    assert.deepEqual(urls, ["http://localhost:9000/v3.0/users", "http://localhost:9000/v3.0/me"]);
    const client = new Client(emulator.appId, { emulator: emulator.url });
    await client.createUser({ uid: newUid(), name: "K" }, emulator.authKey);
  });

  test("is one of init, too, until the next one", async () => {
    await shared.init(emulator.appId, { region: "us", emulator: "http://127.0.0.1:1" });
    await shared.init(emulator.appId, { emulator: emulator.url });
    await shared.createUser({ uid: newUid(), name: "K" }, emulator.authKey);
    await assert.rejects(shared.init(emulator.appId, {}), { code: "MISSING_PARAMETERS" });
  });

  test("gives way to connectEmulator", async () => {
    const urls = await addresses({ emulator: "localhost:9000" }, (client) =>
      client.connectEmulator("localhost:9001"),
    );
    assert.deepEqual(urls, ["http://localhost:9001/v3.0/users", "http://localhost:9001/v3.0/me"]);
  });

  test("is refused when it is no address", async () => {
    for (const address of ["", "ftp://127.0.0.1", 5, true]) {
      await assert.rejects(shared.init("app", { region: "us", emulator: address }), {
        code: "INVALID_SETTINGS",
        message: /The emulator's address has to be a URL such as/,
      });
    }
  });
});

describe("COMETCHAT_EMULATOR_HOST", () => {
  const program = (lines = "") => `
    import { CometChat } from "cometchat-users";
    ${lines}
    await CometChat.init(${JSON.stringify(emulator.appId)}, { region: "us", maxRetries: 0 })
      .then(() => CometChat.createUser({ uid: "${newUid()}", name: "Kevin" },
        ${JSON.stringify(emulator.authKey)}))
      .then((user) => user.getName(), (error) => error.code)
      .then((outcome) => process.stdout.write(outcome));`;
  const outcome = (host, lines) =>
    node(["--input-type=module", "--eval", program(lines)], {
      env: { COMETCHAT_EMULATOR_HOST: host },
    });

  test("as host and port", async () => {
    assert.equal(await outcome(emulator.url.replace("http://", "")), "Kevin");
  });

  test("as a URL", async () => {
    assert.equal(await outcome(emulator.url), "Kevin");
  });

  test("gives way to connectEmulator", async () => {
    const nowhere = await deserted();
    const connect = (url) => `CometChat.connectEmulator(${JSON.stringify(url)});`;
    assert.equal(await outcome(nowhere, connect(emulator.url)), "Kevin");
    assert.equal(await outcome(emulator.url, connect(nowhere)), "FAILED_TO_FETCH");
  });

  test("is refused when it is no address", async () => {
    assert.equal(await outcome("http://a b"), "INVALID_SETTINGS");
  });

  test("counts for a Client as well, and not when it is blank", async () => {
    const lines = (host) => `
      import { Client } from "cometchat-users";
      process.env.COMETCHAT_EMULATOR_HOST = ${JSON.stringify(host)};
      const client = new Client("app", { region: "us", maxRetries: 0, fetch: async (url) => {
        process.stdout.write(url);
        return new Response('{"data":{"uid":"u","name":"n"}}');
      } });
      await client.createUser({ uid: "u", name: "n" }, "key");`;
    const printed = (host) => node(["--input-type=module", "--eval", lines(host)]);
    assert.equal(await printed("127.0.0.1:9001"), "http://127.0.0.1:9001/v3.0/users");
    assert.equal(await printed("  "), "https://app.api-us.cometchat.io/v3.0/users");
  });
});

describe("AppSettingsBuilder", () => {
  test("every setter of the documentation gives the builder back", () => {
    const builder = new AppSettingsBuilder();
    for (const [setter, ...values] of [
      ["setRegion", "us"],
      ["subscribePresenceForAllUsers"],
      ["subscribePresenceForRoles", ["admin", "moderator"]],
      ["subscribePresenceForFriends"],
      ["autoEstablishSocketConnection", true],
      ["autoEstablishSocketConnection", false],
      ["enableAutoJoinForGroups", true],
      ["overrideAdminHost", "a.example"],
      ["overrideClientHost", "c.example"],
      ["setStorageMode", StorageMode.SESSION],
    ]) {
      assert.equal(builder[setter](...values), builder, setter);
    }
  });

  test("what it builds says the same as a plain object", () => {
    const built = new AppSettingsBuilder()
      .subscribePresenceForAllUsers()
      .setRegion("us")
      .overrideAdminHost("a.example")
      .overrideClientHost("c.example")
      .setStorageMode(StorageMode.LOCAL)
      .autoEstablishSocketConnection(true)
      .build();
    assert.deepEqual(built, {
      region: "us",
      adminHost: "a.example",
      clientHost: "c.example",
      storage: "local",
    });
  });

  test("goes on building without changing what it built before", () => {
    const builder = new AppSettingsBuilder().setRegion("us");
    const first = builder.build();
    assert.equal(builder.setRegion("eu").build().region, "eu");
    assert.equal(first.region, "us");
  });

  test("its settings lead calls to the region", async () => {
    const settings = new AppSettingsBuilder().setRegion("in").build();
    assert.deepEqual(await addresses(settings), [
      "https://app1.api-in.cometchat.io/v3.0/users",
      "https://app1.apiclient-in.cometchat.io/v3.0/me",
    ]);
  });
});

describe("init", () => {
  test("resolves with true, sends no request, and isInitialized tells of it", async () => {
    const program = `
      import { init, isInitialized } from "cometchat-users";
      globalThis.fetch = () => { throw new Error("a request was sent"); };
      const before = isInitialized();
      const result = await init("app", { region: "us" });
      process.stdout.write(JSON.stringify([before, result, isInitialized()]));`;
    const printed = await node(["--input-type=module", "--eval", program]);
    assert.deepEqual(JSON.parse(printed), [false, true, true]);
  });

  const refused = [
    ["no app id", [undefined, { region: "us" }], "MISSING_PARAMETERS"],
    ["an empty app id", ["", { region: "us" }], "MISSING_PARAMETERS"],
    ["a blank app id", [" ", { region: "us" }], "MISSING_PARAMETERS"],
    ["no region", ["app", {}], "MISSING_PARAMETERS"],
    ["one host alone", ["app", { adminHost: "a.example" }], "MISSING_PARAMETERS"],
    ["no settings", ["app"], "MISSING_PARAMETERS"],
    ["an app id that is a number", [123, { region: "us" }], "INVALID_SETTINGS"],
    [
      "an app id that leads to another host",
      ["evil.example/", { region: "us" }],
      "INVALID_SETTINGS",
    ],
    ["settings that are a string", ["app", "us"], "INVALID_SETTINGS"],
    ["a region that is a number", ["app", { region: 5 }], "INVALID_SETTINGS"],
    [
      "a region that leads to another host",
      ["app", { region: "us.evil.example/" }],
      "INVALID_SETTINGS",
    ],
    ["a host with a query", ["app", { adminHost: "a.example?x" }], "INVALID_SETTINGS"],
    [
      "a host with a user",
      ["app", { region: "us", clientHost: "me@a.example" }],
      "INVALID_SETTINGS",
    ],
    ["a storage of another name", ["app", { region: "us", storage: "cookie" }], "INVALID_SETTINGS"],
    ["a time limit of 0", ["app", { region: "us", timeoutMs: 0 }], "INVALID_SETTINGS"],
    [
      "a time limit that is a string",
      ["app", { region: "us", timeoutMs: "5" }],
      "INVALID_SETTINGS",
    ],
    ["a broken number of retries", ["app", { region: "us", maxRetries: 1.5 }], "INVALID_SETTINGS"],
    ["a fetch that is no function", ["app", { region: "us", fetch: {} }], "INVALID_SETTINGS"],
    [
      "a flag that is no boolean",
      ["app", { region: "us", allowAuthKeyInBrowser: 1 }],
      "INVALID_SETTINGS",
    ],
  ];
  for (const [name, args, code] of refused) {
    test(`refuses ${name}: ${code}`, async () => {
      await assert.rejects(shared.init(...args), (error) => {
        assert.ok(error instanceof CometChatException);
        assert.equal(error.code, code);
        return true;
      });
      await assert.rejects(new Client(...args).createUser({ uid: "u", name: "n" }, "key"), {
        code,
      });
    });
  }

  test("that failed leaves the settings that were there", async () => {
    await shared.init(emulator.appId, { region: "us" });
    shared.connectEmulator(emulator.url);
    await assert.rejects(shared.init("", { region: "us" }));
    await shared.createUser({ uid: newUid(), name: "K" }, emulator.authKey);
  });

  test("without a region: the first call says so, without a request", async () => {
    const { fetch, requests } = recordingFetch();
    const client = new Client("app", { fetch });
    await assert.rejects(client.createUser({ uid: "u", name: "n" }, "key"), {
      code: "MISSING_PARAMETERS",
      message: /region/,
    });
    assert.equal(requests.length, 0);
  });
});

describe("a call's own options", () => {
  const user = { uid: "usr1", name: "K" };
  const silent = () => recordingFetch(() => deferred().promise);

  test("a time limit ends a call that is never answered", async () => {
    const { fetch, requests } = silent();
    const client = new Client("app", { region: "us", fetch });
    await shared.load();
    await assert.rejects(client.createUser(user, "key", { timeoutMs: 200 }), {
      code: "REQUEST_TIMEOUT",
      attempts: 1,
      maybeCreated: true,
    });
    assert.equal(requests.length, 1);
  });

  test("a signal ends a call at once, before and while it runs", async () => {
    const { fetch, requests } = silent();
    const client = new Client("app", { region: "us", fetch });
    const early = client.createUser(user, "key", { signal: AbortSignal.abort() });
    await assert.rejects(early, { code: "REQUEST_ABORTED", attempts: 0 });
    assert.equal(requests.length, 0);

    const asked = deferred();
    const unanswered = recordingFetch(() => {
      asked.resolve();
      return deferred().promise;
    });
    const controller = new AbortController();
    const busy = new Client("app", { region: "us", fetch: unanswered.fetch });
    const call = busy.createUser(user, "key", { signal: controller.signal });
    await asked.promise;
    controller.abort(new Error("the page was left"));
    await assert.rejects(call, { code: "REQUEST_ABORTED", attempts: 1 });
  });

  test("a fault that may pass is tried again, as often as it is allowed", async () => {
    const busy = () =>
      reply(
        { error: { code: "ERR_TOO_MANY_REQUESTS", message: "Slow down." } },
        {
          status: 429,
          headers: { "Retry-After": "0" },
        },
      );
    const answers = [busy, busy, () => reply({ data: { uid: "usr1", name: "K" } })];
    const { fetch, requests } = recordingFetch(() => answers[requests.length - 1]());
    const client = new Client("app", { region: "us", fetch });
    assert.equal((await client.createUser(user, "key")).getUid(), "usr1");
    assert.equal(requests.length, 3);

    const always = recordingFetch(busy);
    const patient = new Client("app", { region: "us", fetch: always.fetch });
    await assert.rejects(patient.createUser(user, "key", { maxRetries: 1 }), {
      code: "ERR_TOO_MANY_REQUESTS",
      status: 429,
      attempts: 2,
      retryable: true,
      retryAfterMs: 0,
    });
  });

  for (const options of [5, "x", { timeoutMs: -1 }, { maxRetries: "2" }, { signal: {} }]) {
    test(`refuses ${JSON.stringify(options)}: INVALID_OPTIONS`, async () => {
      const { fetch, requests } = recordingFetch();
      const client = new Client("app", { region: "us", fetch });
      await assert.rejects(client.createUser(user, "key", options), { code: "INVALID_OPTIONS" });
      assert.equal(requests.length, 0);
    });
  }
});

test("a clock that stands still, as test runners make one, holds no call up", {
  timeout: 10_000,
}, async () => {
  // The package's own work: Node's `Response` needs a clock that goes.
  const text = JSON.stringify({ data: { uid: "usr1", name: "K" } });
  const { fetch } = recordingFetch(() => ({ status: 200, text: async () => text }));
  const client = new Client("app", { region: "us", fetch });
  await shared.load();
  const names = ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"];
  const real = Object.fromEntries(names.map((name) => [name, globalThis[name]]));
  for (const name of names) globalThis[name] = () => 1;
  try {
    assert.equal((await client.createUser({ uid: "usr1", name: "K" }, "key")).getUid(), "usr1");
  } finally {
    Object.assign(globalThis, real);
  }
});
