// `listen()`: the same emulator behind a real HTTP server.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, test } from "node:test";
import { createEmulator } from "cometchat-emulator";
import { Client } from "cometchat-users";
import { REST, uidsOf } from "./support/emulators.mjs";

let emulator;
let server;
beforeEach(async () => {
  emulator = await createEmulator();
  server = await emulator.listen();
});
afterEach(() => emulator.close());
const headers = () => ({ appId: emulator.appId, apiKey: emulator.restApiKey });

/** Sends bytes, and gives all that comes back until the connection closes. */
async function raw(text) {
  const socket = connect(server.port, server.host);
  let received = "";
  socket.setEncoding("latin1").on("data", (data) => {
    received += data;
  });
  socket.on("error", () => {});
  socket.write(text);
  await once(socket, "close");
  return received;
}

test("it listens on a free port of this machine, and says where", async () => {
  assert.equal(server.host, "127.0.0.1");
  assert.ok(server.port > 0);
  assert.equal(server.url, `http://127.0.0.1:${server.port}`);
  const taken = emulator.listen({ port: server.port });
  await assert.rejects(taken, { code: "EADDRINUSE" });
});

test("the client finds the same users through the server and in the process", async () => {
  const client = new Client(emulator.appId);
  client.connectEmulator(server.url);
  await client.createUser({ uid: "kevin", name: "Kevin" }, emulator.authKey);
  assert.ok((await uidsOf(emulator)).includes("kevin"));
  // A client that is connected to the server may use the emulator's own `fetch`, too.
  const response = await emulator.fetch(`${server.url}/v3/users/kevin`, { headers: headers() });
  assert.equal(response.status, 200);
});

test("several servers and several emulators at a time", async () => {
  const second = await emulator.listen();
  const other = await createEmulator({ appId: "other", sampleUsers: false });
  const third = await other.listen();
  const count = async ({ url }, appId) => {
    const response = await fetch(`${url}/v3/users`, { headers: { ...headers(), appId } });
    return (await response.json()).data?.length;
  };
  assert.equal(await count(second, emulator.appId), 5);
  assert.equal(await count(third, "other"), 0);
  await second.close();
  await assert.rejects(count(second, emulator.appId), TypeError);
  assert.equal(await count(server, emulator.appId), 5);
  await other.close();
});

test("pages of any origin may call the service's routes, and foreign ones not the emulator's own", async () => {
  const origin = "https://example.com";
  const asked = await fetch(`${server.url}/v3/users`, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST" },
  });
  assert.equal(asked.headers.get("access-control-allow-origin"), "*");
  const own = await fetch(`${server.url}/__emulator/config`, { headers: { origin } });
  assert.equal(own.status, 403);
  assert.equal((await fetch(`${server.url}/__emulator/config`)).status, 200);
});

describe("bodies", () => {
  test("in chunks, of any text", async () => {
    const body = JSON.stringify({ uid: "kevin", name: "Kevin 😀 ü" });
    const bytes = new TextEncoder().encode(body);
    const stream = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const response = await fetch(`${server.url}/v3/users`, {
      method: "POST",
      headers: headers(),
      body: stream,
      duplex: "half",
    });
    assert.equal((await response.json()).data.name, "Kevin 😀 ü");
  });

  test("one that is too large is refused, and the next request is answered", async () => {
    const body = `{"uid":"kevin","name":"${"x".repeat(3 * 1024 * 1024)}"}`;
    for (const send of [fetch, emulator.fetch]) {
      const url = send === fetch ? server.url : new URL(REST).origin;
      const large = await send(`${url}/v3/users`, { method: "POST", headers: headers(), body });
      assert.equal(large.status, 413);
      assert.equal((await send(`${url}/v3/users`, { headers: headers() })).status, 200);
    }
  });

  test("a snapshot of many users", async () => {
    await emulator.seed({ count: 20_000 });
    const response = await fetch(`${server.url}/__emulator/snapshot`);
    const { data } = await response.json();
    const put = await fetch(`${server.url}/__emulator/snapshot`, {
      method: "PUT",
      body: JSON.stringify(data),
    });
    assert.equal(put.status, 200);
  });
});

describe("faults", () => {
  const get = `GET /v3/users HTTP/1.1\r\nhost: localhost\r\napikey: REST_API_KEY\r\n\r\n`;

  test("a dropped connection closes without a byte", async () => {
    await emulator.faults.add({ action: { type: "drop" }, times: 1 });
    assert.equal(await raw(get), "");
  });

  test("a stalled response announces more than it sends, until the server closes", async () => {
    await emulator.faults.add({ action: { type: "stall" }, times: 1 });
    const response = await fetch(`${server.url}/v3/users`, { headers: headers() });
    const reader = response.body.getReader();
    const { value } = await reader.read();
    assert.ok(Number(response.headers.get("content-length")) > value.byteLength);
    const rest = reader.read();
    const began = performance.now();
    await emulator.close();
    assert.ok(performance.now() - began < 4_000, "it waited for what never ends");
    await assert.rejects(rest, TypeError);
  });

  test("a stalled response ends with its client", async () => {
    await emulator.faults.add({ action: { type: "stall" }, times: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    const response = await fetch(`${server.url}/v3/users`, { headers: headers(), signal });
    controller.abort();
    await assert.rejects(response.text(), { name: "AbortError" });
  });
});

test("close() lets a request in progress finish, and refuses new ones", async () => {
  await emulator.faults.add({ action: { type: "delay", ms: 600_000 }, times: 1 });
  const delayed = fetch(`${server.url}/v3/users`, { headers: headers() });
  while ((await emulator.faults.list())[0]?.fired !== 1) await new Promise(setImmediate);
  await emulator.close();
  const response = await delayed;
  assert.equal(response.status, 200);
  // Otherwise the server would wait for the end of a connection that is idle.
  assert.equal(response.headers.get("connection"), "close");
  await assert.rejects(fetch(`${server.url}/v3/users`), TypeError);
});

test("`await using` stops the server and leaves the emulator", async () => {
  await server[Symbol.asyncDispose]();
  await assert.rejects(fetch(server.url), TypeError);
  assert.equal((await emulator.users()).length, 5);
});
