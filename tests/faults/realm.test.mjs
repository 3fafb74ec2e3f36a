// Pages and tests that replace, break or take away what the client uses of its realm, before, during or
// after a call: the call ends as it would have, or with one rejection. Each case has a process of its own.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isJavaScriptBuild, node } from "../support/programs.mjs";

/** What a script sees: helpers, and a count of what nobody caught. */
const PRELUDE = `
  let unhandled = 0;
  process.on("unhandledRejection", () => { unhandled += 1; });
  // Node makes its own classes on their first use, from the globals of that moment.
  new Response("");
  const { setTimeout: wait } = await import("node:timers/promises");
  const { Client, init, createUser, load } = await import("cometchat-users");
  const kevin = { uid: "usr1", name: "K" };
  const ok = async () => new Response(JSON.stringify({ data: kevin }));
  const ended = (call) => call.then((user) => user.uid, (failure) => failure.code);
`;

/** The value of `result` at the end of a script. */
async function resultOf(script) {
  const program = `${PRELUDE}${script}\nprocess.stdout.write(JSON.stringify(result));`;
  return JSON.parse(await node(["--input-type=module", "--eval", program]));
}

describe("one abort signal for many calls", () => {
  for (const when of ["while the module is loading", "once it is loaded"]) {
    test(`makes Node warn of no leak, ends them all and is let go of, ${when}`, async () => {
      const result = await resultOf(`
        const { getEventListeners } = await import("node:events");
        const warnings = [];
        process.on("warning", ({ name }) => warnings.push(name));
        if (${when === "once it is loaded"}) await load();
        const client = new Client("app", { region: "us", fetch: () => new Promise(() => {}) });
        const controller = new AbortController();
        const { signal } = controller;
        const calls = Array.from({ length: 30 }, () => ended(client.createUser(kevin, "key", { signal })));
        const listening = getEventListeners(signal, "abort").length;
        await wait(0);
        controller.abort();
        const codes = [...new Set(await Promise.all(calls))];
        const left = getEventListeners(signal, "abort").length;
        const result = { warnings, listening, codes, left };
      `);
      assert.deepEqual(result, { warnings: [], listening: 1, codes: ["REQUEST_ABORTED"], left: 0 });
    });
  }

  test("a call that ends leaves the others their signal", async () => {
    const result = await resultOf(`
      const client = new Client("app", { region: "us", fetch: (url, { body }) =>
        body.includes("ends") ? ok() : new Promise(() => {}) });
      const controller = new AbortController();
      const { signal } = controller;
      const open = ended(client.createUser(kevin, "key", { signal }));
      const first = await ended(client.createUser({ uid: "u", name: "ends" }, "key", { signal }));
      controller.abort();
      const result = [first, await open];
    `);
    assert.deepEqual(result, ["usr1", "REQUEST_ABORTED"]);
  });
});

test("a call takes about as long beside 120,000 open ones as alone", async () => {
  const [alone, among] = await resultOf(`
    await load();
    const body = JSON.stringify({ data: kevin });
    const reply = { status: 200, text: async () => body };
    const fetch = async (url, options) =>
      options.body.includes("open") ? new Promise(() => {}) : reply;
    const client = new Client("app", { region: "us", timeoutMs: Infinity, fetch });
    // The processor's time, and the best of several, since other programs run beside this one.
    const time = async () => {
      const start = process.cpuUsage();
      for (let index = 0; index < 3_000; index++) await client.createUser(kevin, "key");
      return process.cpuUsage(start).user;
    };
    const best = async () => Math.min(await time(), await time(), await time(), await time());
    await best();
    const alone = await best();
    for (let index = 0; index < 120_000; index++) {
      client.createUser({ uid: "usr2", name: "open" }, "key").catch(() => {});
    }
    await wait(0);
    const result = [alone, await best()];
  `);
  assert.ok(among < 3 * alone, `${alone} and ${among} microseconds`);
});

test("four times as many calls on one abort signal take about four times as long to begin", async () => {
  const [few, many] = await resultOf(`
    await load();
    const client = new Client("app", { region: "us", fetch: () => new Promise(() => {}) });
    const time = async (count) => {
      const controller = new AbortController();
      const { signal } = controller;
      const start = process.cpuUsage();
      const calls = Array.from({ length: count }, () =>
        ended(client.createUser(kevin, "key", { signal })),
      );
      const { user } = process.cpuUsage(start);
      controller.abort();
      await Promise.all(calls);
      return user;
    };
    await time(2_000);
    // The better of two, since other programs run beside this one.
    const best = async (count) => Math.min(await time(count), await time(count));
    const result = [await best(5_000), await best(20_000)];
  `);
  assert.ok(many < 13 * few, `${few} and ${many} microseconds`);
});

describe("what a realm lacks", () => {
  for (const name of ["setTimeout", "TextDecoder", "TextEncoder"]) {
    test(`${name}: one rejection`, async () => {
      const result = await resultOf(`
        delete globalThis.${name};
        const client = new Client("app", { region: "us", fetch: ok });
        const code = await ended(client.createUser(kevin, "key"));
        await wait(0);
        const result = { code, unhandled };
      `);
      // The build without WebAssembly has codecs of its own.
      const withoutCodec = isJavaScriptBuild ? "usr1" : "WASM_UNAVAILABLE";
      const code = name === "setTimeout" ? "UNEXPECTED_ERROR" : withoutCodec;
      assert.deepEqual(result, { code, unhandled: 0 });
    });
  }

  test("timers and TextDecoder at once: one rejection", async () => {
    const result = await resultOf(`
      for (const name of ["setTimeout", "clearTimeout", "TextDecoder"]) delete globalThis[name];
      const client = new Client("app", { region: "us", fetch: ok });
      const outcome = await ended(client.createUser(kevin, "key"));
      await wait(0);
      const result = { isRejected: outcome !== "usr1", unhandled };
    `);
    assert.deepEqual(result, { isRejected: true, unhandled: 0 });
  });

  test("setImmediate, taken away during a call: the call settles", async () => {
    const result = await resultOf(`
      const { createServer } = await import("node:http");
      const server = createServer((request, response) => {
        delete globalThis.setImmediate;
        response.end(JSON.stringify({ data: kevin }));
      });
      await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
      const adminHost = "http://127.0.0.1:" + server.address().port;
      const result = await ended(new Client("app", { region: "us", adminHost }).createUser(kevin, "key"));
      server.close();
      server.closeAllConnections();
    `);
    assert.equal(result, "usr1");
  });

  for (const [what, taken] of [
    ["a console.warn that throws", "console.warn = () => { throw new Error('no console'); };"],
    ["no console.warn", "delete console.warn;"],
    ["no console", "delete globalThis.console;"],
  ]) {
    test(`${what} fails no call`, async () => {
      const result = await resultOf(`
        globalThis.location = { hostname: "example.com" };
        ${taken}
        const client = new Client("app", { region: "us", fetch: ok });
        const result = await ended(client.createUser(kevin, "key"));
      `);
      assert.equal(result, "usr1");
    });
  }

  test("performance: the call goes on by the other clock", async () => {
    const result = await resultOf(`
      await load();
      delete globalThis.performance;
      const client = new Client("app", { region: "us", fetch: ok });
      const result = await ended(client.createUser(kevin, "key"));
    `);
    assert.equal(result, "usr1");
  });
});

describe("what is taken when the call is made", () => {
  for (const when of ["a first call", "a later call"]) {
    test(`the global fetch, of ${when}`, async () => {
      const result = await resultOf(`
        if (${when === "a later call"}) await load();
        const client = new Client("app", { region: "us", maxRetries: 0 });
        const own = globalThis.fetch;
        globalThis.fetch = ok;
        const call = ended(client.createUser(kevin, "key"));
        globalThis.fetch = () => Promise.reject(new Error("not the mock"));
        const result = await call;
      `);
      assert.equal(result, "usr1");
    });
  }

  test("the settings, when they are given", async () => {
    const result = await resultOf(`
      const urls = [];
      const fetch = (url) => { urls.push(new URL(url).hostname); return ok(); };
      const settings = { region: "us", adminHost: "a.example", fetch };
      const client = new Client("app", settings);
      const shared = init("app", settings);
      settings.adminHost = "b.example";
      settings.timeoutMs = -1;
      await shared;
      const codes = [await ended(client.createUser(kevin, "key")), await ended(createUser(kevin, "key"))];
      const result = { codes, urls };
    `);
    assert.deepEqual(result, { codes: ["usr1", "usr1"], urls: ["a.example", "a.example"] });
  });

  test("settings of a class with private fields, and with getters that throw", async () => {
    const result = await resultOf(`
      class Settings {
        region = "us";
        #host = "a.example";
        get adminHost() { return this.#host; }
        get fetch() { return ok; }
        get sessionName() { throw new Error("none"); }
      }
      const result = await ended(new Client("app", new Settings()).createUser(kevin, "key"));
    `);
    assert.equal(result, "usr1");
  });
});

for (const when of ["a first call", "a later call"]) {
  test(`a clock that jumps an hour ahead during ${when} does not end it`, async () => {
    const result = await resultOf(`
      if (${when === "a later call"}) await load();
      let count = 0;
      const fetch = async () => {
        count += 1;
        if (count > 1) return ok();
        const now = Date.now() + 3_600_000;
        Date.now = () => now;
        return new Response("busy", { status: 503 });
      };
      const result = await ended(new Client("app", { region: "us", fetch }).createUser(kevin, "key"));
    `);
    assert.equal(result, "usr1");
  });
}

describe("what a careless page puts on Object.prototype", () => {
  const careless = `
    for (const name of ["error", "data", "code", "cause", "message", "details", "status", "fieldErrors"]) {
      Object.defineProperty(Object.prototype, name, {
        value: name === "error" || name === "data" || name === "cause"
          ? { code: "PAGE", message: "page", uid: "page", name: "page" } : "page",
        configurable: true,
        writable: true,
      });
    }
  `;
  // What shows is looked at once the page's properties are gone: they would show in any object.
  const careful = `
    for (const name of ["error", "data", "code", "cause", "message", "details", "status", "fieldErrors"]) {
      delete Object.prototype[name];
    }
  `;

  test("leaves a success a success", async () => {
    const result = await resultOf(`
      await load();
      const reply = await ok();
      const client = new Client("app", { region: "us", fetch: async () => reply });
      ${careless}
      const outcome = await client.createUser(kevin, "key").catch((failure) => failure);
      ${careful}
      const result = { uid: outcome.uid, code: outcome.code ?? null };
    `);
    assert.deepEqual(result, { uid: "usr1", code: null });
  });

  for (const [what, answer, code] of [
    ["an error without details", `new Response('{"error":{"code":"X"}}', { status: 400 })`, "X"],
    ["a reply that is empty", `new Response("{}", { status: 200 })`, "INVALID_RESPONSE"],
    ["a connection that failed", `Promise.reject(new Error("down"))`, "FAILED_TO_FETCH"],
  ]) {
    test(`shows in no failure: ${what}`, async () => {
      const result = await resultOf(`
        await load();
        const fetch = async () => ${answer};
        const client = new Client("app", { region: "us", maxRetries: 0, fetch });
        ${careless}
        const failure = await client.createUser(kevin, "key").catch((failure) => failure);
        ${careful}
        const { code, message, details, fieldErrors, cause } = failure;
        const result = { code, shown: JSON.stringify([message, details, fieldErrors, cause?.message]) };
      `);
      assert.equal(result.code, code);
      assert.doesNotMatch(result.shown, /page/i);
    });
  }
});
