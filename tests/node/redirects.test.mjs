// Redirects are not followed, whatever `fetch` is in use, and are told with their status where `fetch` tells it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { Client } from "cometchat-users";
import { reply } from "../support/fetches.mjs";
import { node } from "../support/programs.mjs";

const STATUSES = [301, 302, 303, 307, 308];
const REFUSED = { code: "INVALID_RESPONSE", message: "The service answered with a redirect." };
const user = { uid: "usr1", name: "K" };

let received = 0;
/** Answers each creation with the status that the user's name is. */
const server = createServer(async (request, response) => {
  received += 1;
  const { name } = await json(request);
  response.writeHead(Number(name), { Location: "/elsewhere" }).end();
});
before(() => once(server.listen(0, "127.0.0.1"), "listening"));
after(() => server.close());
function settings() {
  const host = `http://127.0.0.1:${server.address().port}`;
  return { adminHost: host, clientHost: host, maxRetries: 0 };
}

describe("the status", () => {
  test("is that of the call's own reply, however many are under way", async () => {
    const client = new Client("app", { ...settings(), fetch: (...given) => fetch(...given) });
    const calls = Array.from({ length: 100 }, (_, index) => {
      const status = STATUSES[index % STATUSES.length];
      const call = client.createUser({ uid: `usr${index}`, name: `${status}` }, "key");
      return assert.rejects(call, { ...REFUSED, status });
    });
    await Promise.all(calls);
  });
});

describe("Node's own fetch", () => {
  test("refuses each of them, once, however many are under way", async () => {
    const client = new Client("app", { ...settings(), maxRetries: 2 });
    received = 0;
    const calls = Array.from({ length: 100 }, (_, index) => {
      const status = STATUSES[index % STATUSES.length];
      const call = client.createUser({ uid: `usr${index}`, name: `${status}` }, "key");
      return assert.rejects(call, (error) => {
        assert.equal(error.code, "INVALID_RESPONSE");
        assert.match(error.message, /^fetch refused the reply from http/);
        assert.match(error.details, /^Redirects are not followed: .*redirect$/);
        assert.deepEqual(
          [error.status, error.retryable, error.attempts, error.maybeCreated],
          [undefined, false, 1, true],
        );
        return true;
      });
    });
    await Promise.all(calls);
    assert.equal(received, calls.length);
  });
});

describe("a redirect is not retried", () => {
  for (const [where, response] of [
    ["by Node, which gives its status", () => new Response(null, { status: 307 })],
    ["by a browser, which gives none", () => ({ type: "opaqueredirect", status: 0, body: null })],
  ]) {
    test(`as it is told ${where}`, async () => {
      let sent = 0;
      const fetch = async () => {
        sent += 1;
        return response();
      };
      const error = await failure(new Client("app", { region: "us", maxRetries: 2, fetch }));
      assert.equal(error.message, REFUSED.message);
      assert.equal(error.retryable, false);
      assert.equal(sent, 1);
    });
  }
});

test("a host of that name that is not there is no redirect", async () => {
  const unknown = new Error("getaddrinfo ENOTFOUND redirect.example.com");
  const fetch = () => Promise.reject(new TypeError("fetch failed", { cause: unknown }));
  const error = await failure(new Client("app", { ...settings(), fetch }));
  assert.equal(error.code, "FAILED_TO_FETCH");
});

test("fetch is told not to follow a redirect: Node's own to fail, any other to give it", async () => {
  const told = [];
  const fetch = async (_url, { redirect }) => {
    told.push(redirect);
    return reply({ data: user });
  };
  const real = globalThis.fetch;
  globalThis.fetch = fetch;
  try {
    await new Client("app", { region: "us" }).createUser(user, "key");
  } finally {
    globalThis.fetch = real;
  }
  await new Client("app", { region: "us", fetch }).createUser(user, "key");
  assert.deepEqual(told, ["error", "manual"]);
  const elsewhere = `
    Object.defineProperty(process.versions, "undici", { value: undefined });
    const { Client } = await import("cometchat-users");
    globalThis.fetch = (_url, { redirect }) => (console.log(redirect), Promise.reject());
    await new Client("app", { region: "us", maxRetries: 0 })
      .createUser({ uid: "u", name: "n" }, "key").catch(() => {});`;
  const printed = await node(["--input-type=module", "--eval", elsewhere]);
  assert.equal(printed, "manual\n");
});

test("a failed connection whose error says nothing of the cause is no redirect", async () => {
  const real = globalThis.fetch;
  let sent = 0;
  globalThis.fetch = async () => {
    sent += 1;
    throw Object.assign(new TypeError("Failed to fetch"), { cause: Response.error() });
  };
  try {
    const error = await failure(new Client("app", { ...settings(), maxRetries: 1 }));
    assert.equal(error.code, "FAILED_TO_FETCH");
    assert.equal(sent, 2);
  } finally {
    globalThis.fetch = real;
  }
});

/** How a call fails. */
const failure = (client) =>
  client.createUser(user, "key").then(
    () => assert.fail("the call has not failed"),
    (error) => error,
  );
