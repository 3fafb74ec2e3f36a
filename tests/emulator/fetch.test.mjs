// `emulator.fetch` behaves as the platform's `fetch` does: what it takes, how it fails, when it stops.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";
import { createEmulator } from "cometchat-emulator";
import { REST } from "./support/emulators.mjs";

let emulator;
let headers;
before(async () => {
  emulator = await createEmulator();
  headers = { appId: emulator.appId, apiKey: emulator.restApiKey };
});
after(() => emulator.close());
beforeEach(() => emulator.reset());

const USER = { uid: "kevin", name: "Kevin" };
const json = JSON.stringify(USER);

describe("what it takes", () => {
  const url = `${REST}/users`;
  const bytes = new TextEncoder().encode(json);
  const padded = new Uint8Array([0, ...bytes, 0]);
  const post = { method: "POST", headers: () => headers };
  const stream = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.slice(0, 5));
        controller.enqueue(bytes.slice(5));
        controller.close();
      },
    });
  for (const [what, request] of [
    ["a text", () => [url, { body: json }]],
    ["a URL", () => [new URL(url), { body: json }]],
    ["bytes", () => [url, { body: bytes }]],
    ["a part of a buffer", () => [url, { body: padded.subarray(1, -1) }]],
    ["a buffer", () => [url, { body: bytes.buffer }]],
    ["a Blob", () => [url, { body: new Blob([json]) }]],
    ["a stream", () => [url, { body: stream(), duplex: "half" }]],
    ["a Request", () => [new Request(url, { method: "POST", headers, body: json })]],
    [
      "a Request with a stream",
      () => [new Request(url, { method: "POST", headers, body: stream(), duplex: "half" })],
    ],
    [
      "a Request whose headers the second argument replaces",
      () => [
        new Request(url, { method: "POST", headers: { apiKey: "x" }, body: json }),
        { headers },
      ],
    ],
    ["a referrer that is no whole URL", () => [url, { referrer: "no-referrer", body: json }]],
    ["the method in lower case", () => [url, { method: "post", body: json }]],
    ["Headers", () => [url, { headers: new Headers(headers), body: json }]],
    ["pairs of headers", () => [url, { headers: Object.entries(headers), body: json }]],
  ]) {
    test(what, async () => {
      const [input, init] = request();
      const filled = input instanceof Request ? init : { ...post, headers, ...init };
      const response = await emulator.fetch(input, filled);
      assert.equal(response.status, 200, await response.clone().text());
      assert.ok(response instanceof Response);
      assert.equal(response.url, url);
      assert.match(response.headers.get("content-type"), /^application\/json/);
      assert.equal((await response.json()).data.uid, "kevin");
    });
  }

  test("forms arrive as what they are, and are no JSON", async () => {
    const form = new FormData();
    form.set("uid", "kevin");
    for (const [body, type] of [
      [new URLSearchParams(USER), /^application\/x-www-form-urlencoded/],
      [form, /^multipart\/form-data; boundary=/],
    ]) {
      await emulator.fetch(url, { method: "POST", headers, body });
      const [last] = await emulator.requests({ limit: 1 });
      assert.match(last.headers["content-type"], type);
      assert.match(String(last.body), /kevin/);
    }
  });

  test("a request to the client's hosts and to those without an app id", async () => {
    for (const host of [
      "app.apiclient-us.cometchat.io",
      "app.api-eu.cometchat.io",
      "api-in.cometchat.io",
      "apiclient-us.cometchat.io",
    ]) {
      const response = await emulator.fetch(`https://${host}/v3.0/users/cometchat-uid-1`, {
        headers,
      });
      assert.equal(response.status, 200, host);
    }
  });

  test("the app id in the host counts, in any case", async () => {
    const { apiKey } = headers;
    const get = (id) =>
      emulator.fetch(`https://${id}.api-us.cometchat.io/v3/users`, { headers: { apiKey } });
    assert.equal((await get(emulator.appId)).status, 200);
    assert.equal((await get("other")).status, 401);
  });

  test("HEAD and an empty reply have no body", async () => {
    await emulator.faults.add({ action: { type: "empty", status: 204 }, times: 1 });
    const response = await emulator.fetch(`${url}`, { headers });
    assert.equal(response.status, 204);
    assert.equal(response.body, null);
    assert.equal((await emulator.fetch(url, { method: "HEAD", headers })).body, null);
  });
});

test("an address of its own has the service's routes and the emulator's", async (t) => {
  const other = await createEmulator({ address: "localhost:8090" });
  t.after(() => other.close());
  const service = await other.fetch("http://localhost:8090/v3/users", { headers });
  assert.equal(service.status, 200);
  const own = await other.fetch("http://localhost:8090/__emulator/health");
  assert.equal(own.status, 200);
  await assert.rejects(other.fetch("http://localhost:8091/v3/users"), /is none of them/);
});

describe("how it fails", () => {
  test("another host is a TypeError, and nothing leaves the process", async (t) => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end();
    }).listen(0, "127.0.0.1");
    t.after(() => server.close());
    await once(server, "listening");
    for (const url of [
      `http://127.0.0.1:${server.address().port}/v3/users`,
      "https://example.com/",
      "https://cometchat.io/",
      "https://api-us.cometchat.io.example.com/v3/users",
      "https://a.b.api-us.cometchat.io/v3/users",
      "ftp://app.api-us.cometchat.io/v3/users",
      "data:text/plain,hello",
    ]) {
      await assert.rejects(emulator.fetch(url), {
        name: "TypeError",
        message: /fetch answers for CometChat's hosts alone, and .* is none of them/,
      });
    }
    assert.equal(asked, 0);
  });

  test("what the platform refuses is refused in its own words", async () => {
    for (const [input, init] of [
      ["not a url"],
      [`${REST}/users`, { headers: { "no spaces": "x" } }],
      [`${REST}/users`, { method: "GET", body: "x" }],
      [`${REST}/users`, { method: "TRACE" }],
    ]) {
      await assert.rejects(emulator.fetch(input, init), TypeError);
    }
  });

  test("a dropped connection is the platform's TypeError", async () => {
    await emulator.faults.add({ action: { type: "drop" } });
    const error = await emulator.fetch(`${REST}/users`, { headers }).catch((error) => error);
    assert.ok(error instanceof TypeError);
    assert.equal(error.message, "fetch failed");
    assert.equal(error.cause.code, "UND_ERR_SOCKET");
  });

  test("a redirect that the request does not want is one as well", async () => {
    await emulator.faults.add({ action: { type: "reply", status: 301 } });
    await assert.rejects(
      emulator.fetch(`${REST}/users`, { headers, redirect: "error" }),
      TypeError,
    );
    assert.equal((await emulator.fetch(`${REST}/users`, { headers })).status, 301);
  });

  test("broken replies arrive broken", async () => {
    await emulator.faults.add([
      { action: { type: "truncated" }, times: 1 },
      { action: { type: "html" }, times: 1 },
    ]);
    const cut = await emulator.fetch(`${REST}/users`, { headers });
    await assert.rejects(cut.json(), SyntaxError);
    const page = await emulator.fetch(`${REST}/users`, { headers });
    assert.equal(page.status, 502);
    assert.match(await page.text(), /^<html>/);
  });
});

describe("when it stops", () => {
  const get = (signal) => emulator.fetch(`${REST}/users`, { headers, signal });

  test("a signal that has aborted: nothing is sent", async () => {
    await assert.rejects(get(AbortSignal.abort()), { name: "AbortError" });
    await assert.rejects(get(AbortSignal.abort("no")), (reason) => reason === "no");
    const aborted = new Request(`${REST}/users`, { headers, signal: AbortSignal.abort() });
    await assert.rejects(emulator.fetch(aborted), { name: "AbortError" });
    assert.deepEqual(await emulator.requests(), []);
  });

  test("a signal that aborts during a delay", async () => {
    await emulator.faults.add({ action: { type: "delay", ms: 600_000 } });
    const controller = new AbortController();
    const reply = get(controller.signal);
    controller.abort();
    await assert.rejects(reply, { name: "AbortError" });
    const request = new Request(`${REST}/users`, { headers, signal: AbortSignal.timeout(1) });
    await assert.rejects(emulator.fetch(request), { name: "TimeoutError" });
  });

  test("a signal that aborts while a body stalls", async () => {
    await emulator.faults.add({ action: { type: "stall" } });
    const controller = new AbortController();
    const response = await get(controller.signal);
    const reader = response.body.getReader();
    const { value } = await reader.read();
    assert.match(new TextDecoder().decode(value), /^\{"data"/);
    assert.ok(Number(response.headers.get("content-length")) > value.byteLength);
    const rest = reader.read();
    controller.abort();
    await assert.rejects(rest, { name: "AbortError" });
  });

  test("a stalled body can be cancelled", async () => {
    await emulator.faults.add({ action: { type: "stall" } });
    const response = await get();
    await response.body.cancel();
  });

  test("a signal of another realm counts", async () => {
    // As in jsdom, whose signals Node's `Request` does not take.
    const foreign = Object.assign(new EventTarget(), { aborted: false, reason: undefined });
    await emulator.faults.add({ action: { type: "delay", ms: 600_000 } });
    const reply = get(foreign);
    foreign.reason = new Error("enough");
    foreign.dispatchEvent(new Event("abort"));
    await assert.rejects(reply, { message: "enough" });
  });
});
