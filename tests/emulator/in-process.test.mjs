// An emulator in this process, called by our client, and its own methods.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { createEmulator } from "cometchat-emulator";
import { Client } from "cometchat-users";
import { node } from "../support/programs.mjs";
import { closing, REST, uidsOf } from "./support/emulators.mjs";

const KEVIN = { uid: "kevin", name: "Kevin", tags: ["new"], metadata: { department: "sales" } };

describe("the client against an emulator in this process", () => {
  test("creates, updates and signs in a user, who then changes and is deleted", async (t) => {
    const emulator = closing(t, await createEmulator());
    const client = new Client(emulator.appId, { region: "us", fetch: emulator.fetch });
    const created = await client.createUser(KEVIN, emulator.authKey);
    assert.equal(created.name, "Kevin");
    const updated = await client.updateUser({ uid: "kevin", name: "Kevin S." }, emulator.authKey);
    assert.equal(updated.name, "Kevin S.");
    assert.equal((await client.login("kevin", emulator.authKey)).uid, "kevin");
    const current = await client.updateCurrentUserDetails({ statusMessage: "in a meeting" });
    assert.equal(current.statusMessage, "in a meeting");
    await client.logout();
    const deleted = await emulator.fetch(`${REST}/users/kevin`, {
      method: "DELETE",
      headers: { appId: emulator.appId, apiKey: emulator.restApiKey },
      body: '{"permanent":true}',
    });
    assert.equal(deleted.status, 200, await deleted.text());
    assert.ok(!(await uidsOf(emulator)).includes("kevin"));
  });

  test("gets the service's errors", async (t) => {
    const emulator = closing(t, await createEmulator({ users: [KEVIN] }));
    const client = new Client(emulator.appId, { region: "us", fetch: emulator.fetch });
    await assert.rejects(client.createUser(KEVIN, emulator.authKey), {
      code: "ERR_UID_ALREADY_EXISTS",
      status: 400,
    });
    await assert.rejects(client.createUser({ uid: "new", name: "New" }, "another-key"), {
      code: "AUTH_ERR_APIKEY_NOT_FOUND",
    });
  });

  test("the documentation's keys are the defaults", async (t) => {
    const { appId, authKey, restApiKey } = closing(t, await createEmulator());
    assert.deepEqual([appId, authKey, restApiKey], ["APP_ID", "AUTH_KEY", "REST_API_KEY"]);
  });
});

describe("the emulator's methods", () => {
  let emulator;
  beforeEach(async (t) => {
    emulator = closing(t, await createEmulator({ users: [KEVIN], sampleUsers: false }));
  });
  const create = (uid) =>
    emulator.fetch(`${REST}/users`, {
      method: "POST",
      headers: { appId: emulator.appId, apiKey: emulator.authKey },
      body: JSON.stringify({ uid, name: uid }),
    });

  test("users() gives all users of an app as the emulator holds them", async () => {
    const [kevin, ...others] = await emulator.users();
    assert.deepEqual(others, []);
    const { uid, name, tags, metadata, role, status } = kevin;
    assert.deepEqual({ uid, name, tags, metadata }, KEVIN);
    assert.deepEqual([role, status], ["default", "offline"]);
    assert.ok(Number.isInteger(kevin.createdAt));
  });

  test("reset() brings back the users that it started with, and no others", async () => {
    await create("guest");
    await emulator.faults.add({ action: { type: "drop" } });
    await emulator.reset();
    assert.deepEqual(await uidsOf(emulator), ["kevin"]);
    assert.deepEqual(await emulator.faults.list(), []);
    assert.deepEqual(await emulator.requests(), []);
  });

  test("a reset through the emulator's own route brings them back as well, in that app alone", async (t) => {
    const two = closing(
      t,
      await createEmulator({
        sampleUsers: false,
        users: [KEVIN],
        apps: [{ appId: "second", users: [{ uid: "ann", name: "Ann" }] }],
      }),
    );
    const { data } = await two.snapshot().then((data) => ({ data }));
    for (const app of data.apps) app.users = [];
    await two.restore(data);
    const { url } = await two.listen();
    const body = JSON.stringify({ appId: "second" });
    const response = await fetch(`${url}/__emulator/reset`, { method: "POST", body });
    assert.equal(response.status, 200);
    assert.deepEqual(await uidsOf(two, { appId: "second" }), ["ann"]);
    assert.deepEqual(await uidsOf(two), []);
  });

  test("snapshot() and restore() take the state back", async () => {
    const before = await emulator.snapshot();
    await create("guest");
    assert.deepEqual(await uidsOf(emulator), ["guest", "kevin"]);
    await emulator.restore(before);
    assert.deepEqual(await emulator.snapshot(), before);
    assert.ok(!JSON.stringify(before).includes(emulator.restApiKey));
  });

  test("restore() refuses what is no snapshot, and names what is wrong", async () => {
    for (const [given, message] of [
      [{}, /restore: .*version/],
      [{ version: 99, apps: [] }, /restore: version: The version must be 1/],
      [{ version: 1, apps: [{ appId: "other" }] }, /restore: apps\[0\]\.appId/],
    ]) {
      await assert.rejects(emulator.restore(given), { name: "TypeError", message });
    }
    assert.deepEqual(await uidsOf(emulator), ["kevin"]);
  });

  test("seed() creates users that do not exist yet", async () => {
    const users = [KEVIN, { uid: "ann", name: "Ann" }];
    assert.deepEqual(await emulator.seed(users), { created: 1, existing: 1 });
    assert.deepEqual(await emulator.seed({ count: 2, prefix: "u" }), { created: 2, existing: 0 });
    assert.deepEqual(await uidsOf(emulator), ["ann", "kevin", "u1", "u2"]);
    await assert.rejects(emulator.seed([{ uid: "no spaces!", name: "x" }]), {
      name: "TypeError",
      message: /^cometchat-emulator: seed: users\[0\]\.uid: /,
    });
  });

  test("requests() shows what was sent, with secrets masked", async () => {
    await create("guest");
    await create("guest");
    const [first, second] = await emulator.requests();
    assert.equal(first.method, "POST");
    assert.equal(first.path, "/v3/users");
    assert.deepEqual(first.body, { uid: "guest", name: "guest" });
    assert.equal(first.status, 200);
    assert.equal(second.code, "ERR_UID_ALREADY_EXISTS");
    assert.ok(!JSON.stringify([first, second]).includes(emulator.authKey));
    assert.equal((await emulator.requests({ limit: 1 }))[0].id, second.id);
  });

  test("faults.add() gives one fault for a rule and a list for a list; clear() takes one or all away", async () => {
    const fault = await emulator.faults.add({ action: { type: "error", status: 503 }, times: 1 });
    const [delay] = await emulator.faults.add([{ action: { type: "delay", ms: 1 } }]);
    assert.deepEqual(
      (await emulator.faults.list()).map(({ id }) => id),
      [fault.id, delay.id],
    );
    assert.equal((await create("guest")).status, 503);
    assert.equal((await create("guest")).status, 200);
    await emulator.faults.clear(fault.id);
    assert.deepEqual(
      (await emulator.faults.list()).map(({ id }) => id),
      [delay.id],
    );
    await emulator.faults.clear();
    assert.deepEqual(await emulator.faults.list(), []);
    await assert.rejects(emulator.faults.add({ action: { type: "explode" } }), {
      name: "TypeError",
      message: /faults\.add: .*explode/,
    });
  });
});

describe("several emulators", () => {
  test("share nothing, not even under the same keys", async (t) => {
    const one = closing(t, await createEmulator());
    const other = closing(t, await createEmulator());
    await one.seed([KEVIN]);
    await one.faults.add({ action: { type: "drop" } });
    assert.ok((await uidsOf(one)).includes("kevin"));
    assert.ok(!(await uidsOf(other)).includes("kevin"));
    assert.deepEqual(await other.faults.list(), []);
    await one.close();
    assert.equal((await uidsOf(other)).length, 5);
  });

  test("apps of one emulator have users and keys of their own", async (t) => {
    const emulator = closing(
      t,
      await createEmulator({
        apps: [
          { appId: "second", users: [KEVIN] },
          { appId: "third", authKey: "K" },
        ],
      }),
    );
    const [first, second, third] = emulator.apps;
    assert.equal(first.appId, emulator.appId);
    assert.match(second.authKey, /^[0-9a-f]{40}$/);
    assert.equal(third.authKey, "K");
    assert.ok((await uidsOf(emulator, { appId: "second" })).includes("kevin"));
    assert.ok(!(await uidsOf(emulator)).includes("kevin"));
    const list = (app) =>
      emulator.fetch("https://second.api-us.cometchat.io/v3/users/kevin", {
        headers: { apiKey: app.restApiKey },
      });
    assert.equal((await list(second)).status, 200);
    assert.equal((await list(third)).status, 401);
  });
});

describe("the end", () => {
  test("after close(), fetch and methods reject", async () => {
    const emulator = await createEmulator();
    await emulator.close();
    await emulator.close();
    const closed = { name: "TypeError", message: /the emulator is closed/ };
    await assert.rejects(emulator.fetch(`${REST}/users`), closed);
    await assert.rejects(emulator.users(), closed);
  });

  test("close() ends a delay and a stalled body", async () => {
    const emulator = await createEmulator();
    const get = () => emulator.fetch(`${REST}/users`, { headers: { appId: emulator.appId } });
    await emulator.faults.add([
      { action: { type: "stall" }, times: 1 },
      { action: { type: "delay", ms: 600_000 } },
    ]);
    const body = (await get()).text();
    const delayed = get();
    await emulator.close();
    await assert.rejects(body, { name: "TypeError" });
    assert.equal((await delayed).status, 401);
  });

  test("`await using` closes it", async () => {
    const emulator = await createEmulator();
    await emulator[Symbol.asyncDispose]();
    await assert.rejects(emulator.users(), /closed/);
  });
});

describe("a delay", () => {
  const program = (rest) => `
    import { createEmulator } from "cometchat-emulator";
    // It does not keep the process alive, and ends one that something else does.
    setTimeout(() => process.exit(3), 15_000).unref();
    const emulator = await createEmulator();
    const get = (signal) => emulator.fetch("${REST}/users", { signal, headers: { appId: "APP_ID" } });
    ${rest}`;
  const printed = (rest) => node(["--input-type=module", "--eval", program(rest)]);

  test("keeps a process alive for a request that somebody waits for", async () => {
    const rest = `
      await emulator.faults.add({ action: { type: "delay", ms: 100 } });
      console.log((await get()).status);`;
    assert.equal(await printed(rest), "401\n");
  });

  test("does not for one that was given up", async () => {
    const rest = `
      await emulator.faults.add({ action: { type: "delay", ms: 600_000 } });
      const controller = new AbortController();
      const pending = get(controller.signal).catch((error) => console.log(error.name));
      controller.abort();
      await pending;`;
    assert.equal(await printed(rest), "AbortError\n");
  });
});

describe("the clock and the latency", () => {
  test("time is the test's own, and can be moved", async (t) => {
    let time = Date.UTC(2030, 0, 1);
    const emulator = closing(t, await createEmulator({ now: () => time, sampleUsers: false }));
    await emulator.seed([KEVIN]);
    time += 3_600_000;
    await emulator.seed([{ uid: "later", name: "Later" }]);
    const [kevin, later] = await emulator.users();
    assert.equal(kevin.createdAt, Date.UTC(2030, 0, 1) / 1000);
    assert.equal(later.createdAt - kevin.createdAt, 3_600);
  });

  test("a clock that gives no time is reported by its option", async (t) => {
    const flaw = { name: "TypeError", message: /option "now" .* returned noon/ };
    await assert.rejects(createEmulator({ now: () => "noon" }), flaw);
    let time = Date.now();
    const emulator = closing(t, await createEmulator({ now: () => time }));
    time = "noon";
    await assert.rejects(emulator.users(), flaw);
    time = Date.now();
    assert.equal((await emulator.users()).length, 5);
  });

  test("latencyMs delays the service's routes, and not the emulator's methods", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const emulator = closing(t, await createEmulator({ latencyMs: 250 }));
    assert.equal((await emulator.users()).length, 5);
    let status;
    const reply = emulator.fetch(`${REST}/users`).then((response) => {
      status = response.status;
    });
    await new Promise((resolve) => setImmediate(resolve));
    t.mock.timers.tick(249);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(status, undefined);
    t.mock.timers.tick(1);
    await reply;
    assert.equal(status, 401);
  });
});
