// Redirects are not followed, whatever `fetch` is in use, and are told with their status.

import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Client } from "cometchat-users";
import { deferred, reply } from "../support/fetches.mjs";
import { node } from "../support/programs.mjs";

const STATUSES = [301, 302, 303, 307, 308];
const REFUSED = { code: "INVALID_RESPONSE", message: "The service answered with a redirect." };
const user = { uid: "usr1", name: "K" };

/** Answers each creation with the status that the user's name is. */
const server = createServer(async (request, response) => {
  const { name } = await json(request);
  response.writeHead(Number(name), { Location: "/elsewhere" }).end();
});
before(() => once(server.listen(0, "127.0.0.1"), "listening"));
after(() => server.close());
/** Where Node tells of the replies that its `fetch` gets. */
const news = channel("undici:request:headers");
const settings = () => ({ adminHost: `http://127.0.0.1:${server.address().port}`, maxRetries: 0 });

describe("the status", () => {
  test("is that of the call's own reply, however many are under way", async () => {
    const client = new Client("app", settings());
    const calls = Array.from({ length: 100 }, (_, index) => {
      const status = STATUSES[index % STATUSES.length];
      const call = client.createUser({ uid: `usr${index}`, name: `${status}` }, "key");
      return assert.rejects(call, { ...REFUSED, status });
    });
    await Promise.all(calls);
  });

  for (const [where, setup] of [
    ["Node has no news of its replies, as before 20.16", "delete process.getBuiltinModule;"],
    [
      "something imitates Node, and throws where it has nothing",
      "process.getBuiltinModule = () => { throw new Error('not implemented'); };",
    ],
  ]) {
    test(`is told where ${where}`, async () => {
      const script = `
        ${setup}
        const { Client } = await import("cometchat-users");
        const client = new Client("app", ${JSON.stringify(settings())});
        const call = client.createUser({ uid: "usr1", name: "307" }, "key");
        console.log(JSON.stringify(await call.catch(({ code, status }) => ({ code, status }))));
      `;
      const { code, status } = JSON.parse(await node(["--input-type=module", "--eval", script]));
      assert.deepEqual({ code, status }, { code: REFUSED.code, status: 307 });
    });
  }

  test("is not told where it is another request's", async () => {
    const real = globalThis.fetch;
    globalThis.fetch = async () => {
      const request = { origin: "https://example.com", path: "/" };
      news.publish({ request, response: { statusCode: 308 } });
      throw new TypeError("fetch failed", { cause: new Error("unexpected redirect") });
    };
    try {
      const error = await failure(new Client("app", settings()));
      assert.equal(error.message, REFUSED.message);
      assert.equal(error.status, undefined);
    } finally {
      globalThis.fetch = real;
    }
  });
});

describe("Node's news of its replies", () => {
  const redirected = () =>
    assert.rejects(new Client("app", settings()).createUser({ ...user, name: "302" }, "key"), {
      ...REFUSED,
      status: 302,
    });

  test("are listened to only as long as calls are under way", async () => {
    await redirected();
    assert.equal(news.hasSubscribers, true, "the next call may begin at once");
    await turn();
    assert.equal(news.hasSubscribers, false);
  });

  test("may be anything, and of anybody's requests", async () => {
    const heard = deferred();
    server.once("request", () => {
      heard.resolve(news.hasSubscribers);
      for (const strange of [undefined, {}, { response: { statusCode: 308 } }]) {
        news.publish(strange);
      }
    });
    await redirected();
    assert.equal(await heard.promise, true);
  });
});

test("a host of that name that is not there is no redirect", async () => {
  const unknown = new Error("getaddrinfo ENOTFOUND redirect.example.com");
  const fetch = () => Promise.reject(new TypeError("fetch failed", { cause: unknown }));
  const error = await failure(new Client("app", { ...settings(), fetch }));
  assert.equal(error.code, "FAILED_TO_FETCH");
});

describe("what fetch is told to do with a redirect", () => {
  const told = async (replaced, restored = () => {}) => {
    const mode = deferred();
    const client = replaced(async (_url, { redirect }) => {
      mode.resolve(redirect);
      return reply({ data: user });
    });
    try {
      await client.createUser(user, "key");
    } finally {
      restored();
    }
    return await mode.promise;
  };
  const real = globalThis.fetch;
  const asGlobal = (fetch) => {
    globalThis.fetch = fetch;
    return new Client("app", { region: "us" });
  };
  const restore = () => {
    globalThis.fetch = real;
    delete globalThis.location;
  };

  test("to fail, for Node's own", async () => {
    assert.equal(await told(asGlobal, restore), "error");
  });

  test("to give it, for the browser's of a page beside Node, as in Electron", async () => {
    const value = { href: "file:///app/index.html" };
    Object.defineProperty(globalThis, "location", { value, configurable: true });
    assert.equal(await told(asGlobal, restore), "manual");
  });

  test("to give it, for a client's own", async () => {
    const mode = await told((fetch) => new Client("app", { region: "us", fetch }));
    assert.equal(mode, "manual");
  });
});

/** How a call fails. */
const failure = (client) =>
  client.createUser(user, "key").then(
    () => assert.fail("the call has not failed"),
    (error) => error,
  );
