// `intercept()` puts an emulator under `globalThis.fetch`, for CometChat's hosts alone, and takes it away again.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after, afterEach, before, test } from "node:test";
import { createEmulator } from "cometchat-emulator";
import { closing, REST } from "./support/emulators.mjs";

const original = globalThis.fetch;
let server;
let elsewhere;
before(async () => {
  server = createServer((_, response) => response.end("elsewhere")).listen(0, "127.0.0.1");
  await once(server, "listening");
  elsewhere = `http://127.0.0.1:${server.address().port}/`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => {
  const found = globalThis.fetch;
  globalThis.fetch = original;
  assert.equal(found, original, "a test left its fetch behind");
});

const create = async (t, appId) => closing(t, await createEmulator({ appId }));
/** Which of the emulators answers. */
const answering = async (...emulators) => {
  for (const emulator of emulators) {
    const { status } = await fetch(`${REST}/users`, {
      headers: { appId: emulator.appId, apiKey: emulator.restApiKey },
    });
    if (status === 200) return emulator.appId;
  }
};

test("CometChat's hosts are answered, and everything else goes its way", async (t) => {
  const emulator = await create(t, "one");
  const undo = emulator.intercept();
  assert.equal(await answering(emulator), "one");
  assert.equal(await (await fetch(elsewhere)).text(), "elsewhere");
  assert.equal(await (await fetch(new Request(new URL(elsewhere)))).text(), "elsewhere");
  await assert.rejects(fetch("not a url"), TypeError);
  const request = new Request(`${REST}/users`, {
    headers: { appId: "one", apiKey: "REST_API_KEY" },
  });
  assert.equal((await fetch(request)).status, 200);
  undo();
  assert.equal(globalThis.fetch, original);
  undo();
});

test("of several, the last one answers, and they go away in any order", async (t) => {
  const [one, two, three] = await Promise.all(["one", "two", "three"].map((id) => create(t, id)));
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
    [1, 2, 0],
    [0, 2, 1],
    [2, 0, 1],
  ]) {
    const undos = [one, two, three].map((emulator) => emulator.intercept());
    const left = ["one", "two", "three"];
    for (const at of order) {
      assert.equal(await answering(one, two, three), left.filter(Boolean).at(-1));
      undos[at]();
      left[at] = undefined;
    }
    assert.equal(globalThis.fetch, original);
  }
});

test("another's wrapper around it stays, and works on after the end", async (t) => {
  const emulator = await create(t, "one");
  const undo = emulator.intercept();
  const below = globalThis.fetch;
  let calls = 0;
  globalThis.fetch = (...args) => {
    calls += 1;
    return below(...args);
  };
  const wrapper = globalThis.fetch;
  undo();
  assert.equal(globalThis.fetch, wrapper);
  assert.equal(await (await fetch(elsewhere)).text(), "elsewhere");
  assert.equal(calls, 1);
  globalThis.fetch = original;
});

test("two copies of the package do not get in each other's way", async (t) => {
  const copy = createRequire(import.meta.url)("../../pkg/emulator/dist/cjs/index.js");
  assert.notEqual(copy.createEmulator, createEmulator);
  const one = await create(t, "one");
  const two = closing(t, await copy.createEmulator({ appId: "two" }));
  const first = one.intercept();
  const second = two.intercept();
  first();
  assert.equal(await answering(one, two), "two");
  second();
  assert.equal(globalThis.fetch, original);
});

test("closing the emulator takes it away, and so does `using`", async (t) => {
  const emulator = await create(t, "one");
  const undo = emulator.intercept();
  undo[Symbol.dispose]();
  assert.equal(globalThis.fetch, original);
  emulator.intercept();
  await emulator.close();
  assert.equal(globalThis.fetch, original);
});

test("where there was no fetch, there is none afterwards", async (t) => {
  const emulator = await create(t, "one");
  Reflect.deleteProperty(globalThis, "fetch");
  try {
    const undo = emulator.intercept();
    assert.equal(await answering(emulator), "one");
    await assert.rejects(fetch("https://example.com/"), TypeError);
    undo();
    assert.ok(!("fetch" in globalThis));
  } finally {
    globalThis.fetch = original;
  }
});
