// The route from which a page gets its auth token, and `login({ tokenFrom })`, which asks it: the handler by itself,
// and in each framework for which the documentation shows it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Client } from "cometchat-users";
import { AdminClient, nodeHandler, tokenHandler } from "cometchat-users/server";
import { serverTools } from "../../scripts/toolbox.mjs";
import { newUid } from "../support/emulator.mjs";
import { recordingFetch, reply } from "../support/fetches.mjs";
import { HOMES, useHome } from "./support/homes.mjs";

const ROUTE = "https://app.example.com/api/cometchat-token";
const USER = { uid: "kevin", name: "Kevin" };
const TOKEN = "kevin_1630306819c3027ce530b2367f3c97b4106f0cb8";
const refusal = (code, status, headers) =>
  reply({ error: { code, message: "The key f0f0f0 is wrong." } }, { status, headers });

/** A handler whose service knows the user, unless `answer` says otherwise. */
function route(options = {}, answer = () => reply({ data: { uid: "kevin", authToken: TOKEN } })) {
  const { fetch, requests } = recordingFetch(answer);
  const admin = new AdminClient("app", "f0".repeat(20), { region: "us", fetch, maxRetries: 0 });
  const handle = tokenHandler({ admin, identify: () => USER, ...options });
  const ask = (init, context) => handle(new Request(ROUTE, { method: "POST", ...init }), context);
  return { ask, requests };
}

describe("the handler", () => {
  test("answers with a token, which nobody may cache", async () => {
    const { ask, requests } = route();
    const response = await ask();
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("Cache-Control"), "no-store");
    assert.match(response.headers.get("Content-Type"), /^application\/json/);
    assert.deepEqual(await response.json(), { uid: "kevin", authToken: TOKEN });
    assert.equal(requests.length, 1);
  });

  test("creates a user that is not there yet", async () => {
    let exists = false;
    const { ask, requests } = route({}, ({ method, url, body }) => {
      if (method === "POST" && url.endsWith("/users")) {
        exists = true;
        return reply({ data: body });
      }
      if (!exists) return refusal("ERR_UID_NOT_FOUND", 404);
      return reply({ data: { uid: "kevin", authToken: TOKEN } });
    });
    assert.equal((await ask()).status, 200);
    assert.deepEqual(
      requests.map(({ method, url }) => `${method} ${url.replace(/.*v3.0/, "")}`),
      [
        "POST /users/kevin/auth_tokens",
        "GET /users/kevin",
        "POST /users",
        "POST /users/kevin/auth_tokens",
      ],
    );
  });

  test("gives the request and the framework's context to identify", async () => {
    const given = [];
    const { ask } = route({
      identify: async (...args) => {
        given.push(args);
        return null;
      },
    });
    await ask({ headers: { Cookie: "session=1" } }, { user: "context" });
    assert.equal(given[0][0].headers.get("Cookie"), "session=1");
    assert.deepEqual(given[0][1], { user: "context" });
  });

  test("refuses other methods, and says which it takes", async () => {
    const { ask, requests } = route();
    for (const method of ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"]) {
      const response = await ask({ method });
      assert.equal(response.status, 405, method);
      assert.equal(response.headers.get("Allow"), "POST");
      assert.equal(response.headers.get("Cache-Control"), "no-store");
    }
    assert.equal(requests.length, 0);
  });

  test("refuses pages of other origins before it asks who sends the request", async () => {
    let asked = 0;
    const { ask, requests } = route({
      identify() {
        asked++;
        return USER;
      },
    });
    for (const headers of [
      { Origin: "https://evil.example" },
      { Origin: "https://app.example.com.evil.example" },
      { Origin: "https://app.example.com:8443" },
      { Origin: "null" },
      { "Sec-Fetch-Site": "cross-site" },
    ]) {
      const response = await ask({ headers });
      assert.equal(response.status, 403, JSON.stringify(headers));
      assert.equal(response.headers.get("Access-Control-Allow-Origin"), null);
    }
    assert.deepEqual([asked, requests.length], [0, 0]);
    for (const headers of [
      { Origin: "https://app.example.com" },
      // Behind a proxy that ends TLS, the route sees another scheme.
      { Origin: "http://app.example.com", "Sec-Fetch-Site": "same-origin" },
      {},
    ]) {
      assert.equal((await ask({ headers })).status, 200, JSON.stringify(headers));
    }
  });

  test("lets pages of configured origins ask, and tells their browsers", async () => {
    const origin = "https://www.example.com";
    const { ask } = route({ allowedOrigins: [origin] });
    const response = await ask({ headers: { Origin: origin, "Sec-Fetch-Site": "cross-site" } });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("Access-Control-Allow-Origin"), origin);
    assert.equal(response.headers.get("Access-Control-Allow-Credentials"), "true");
    assert.equal(response.headers.get("Vary"), "Origin");
    const preflight = await ask({ method: "OPTIONS", headers: { Origin: origin } });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("Access-Control-Allow-Methods"), "POST");
    assert.equal((await ask({ headers: { Origin: "https://evil.example" } })).status, 403);
  });

  test("answers 401 where identify knows nobody, and sends nothing", async () => {
    const { ask, requests } = route({ identify: () => null });
    const response = await ask();
    assert.deepEqual([response.status, requests.length], [401, 0]);
    assert.equal((await response.json()).authToken, undefined);
  });

  test("what identify throws is thrown on", async () => {
    const mine = new Error("the session store is down");
    const { ask } = route({
      identify() {
        throw mine;
      },
    });
    await assert.rejects(ask(), mine);
  });

  test("a failure of the service is a 502 or a 503, without the service's words", async () => {
    for (const [answer, status, code, retryAfter] of [
      [() => refusal("AUTH_ERR_APIKEY_NOT_FOUND", 401), 502, "AUTH_ERR_APIKEY_NOT_FOUND", null],
      [() => refusal("ERR_EXCEPTION", 500), 503, "ERR_EXCEPTION", null],
      [
        () => refusal("ERR_TOO_MANY_REQUESTS", 429, { "Retry-After": "40" }),
        503,
        "ERR_TOO_MANY_REQUESTS",
        "40",
      ],
      [() => Promise.reject(new TypeError("f0f0f0")), 503, "FAILED_TO_FETCH", null],
    ]) {
      const errors = [];
      const { ask } = route({ onError: (error) => errors.push(error.code) }, answer);
      const response = await ask();
      const text = await response.text();
      assert.deepEqual(
        [response.status, response.headers.get("Retry-After")],
        [status, retryAfter],
      );
      assert.equal(response.headers.get("Cache-Control"), "no-store");
      assert.equal(JSON.parse(text).error.code, code);
      assert.doesNotMatch(text, /f0f0f0/);
      assert.deepEqual(errors, [code]);
    }
  });

  test("a user that breaks a rule is the route's own mistake: 500", async () => {
    const { ask, requests } = route({ identify: () => ({ uid: "not a uid", name: "N" }) });
    assert.equal((await ask()).status, 500);
    assert.equal(requests.length, 0);
  });

  test("a page that goes away ends the call", async () => {
    const controller = new AbortController();
    const { ask } = route({}, () => {
      controller.abort();
      return new Promise(() => {});
    });
    const response = await ask({ signal: controller.signal });
    assert.equal((await response.json()).error.code, "REQUEST_ABORTED");
  });
});

/** Each framework: how it serves the handler on a free port. */
const FRAMEWORKS = {
  "node:http": async (handle) => listening(createServer(nodeHandler(handle))),
  async Express(handle) {
    const { default: express } = await tool("express");
    const app = express();
    app.all("/api/cometchat-token", nodeHandler(handle));
    return listening(createServer(app));
  },
  async Fastify(handle) {
    const { default: fastify } = await tool("fastify");
    const app = fastify();
    app.all("/api/cometchat-token", (request, answer) => {
      answer.hijack();
      return nodeHandler(handle)(request.raw, answer.raw);
    });
    const url = await app.listen({ port: 0, host: "127.0.0.1" });
    return { url, stop: () => app.close() };
  },
  async Hono(handle) {
    const { Hono } = await tool("hono");
    const app = new Hono();
    app.all("/api/cometchat-token", (context) => handle(context.req.raw, context));
    return listening(createServer(nodeHandler((request) => app.fetch(request))));
  },
  /** A route handler is a function that Next.js calls with a request. */
  async "Next.js's route handlers"(handle) {
    const exported = { POST: handle };
    const next = (request) =>
      exported[request.method]?.(request, { params: Promise.resolve({}) }) ??
      new Response(null, { status: 405, headers: { Allow: "POST" } });
    return listening(createServer(nodeHandler(next)));
  },
};

const tool = async (name) => import(pathToFileURL(serverTools.require.resolve(name)).href);

async function listening(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

for (const [name, serve] of Object.entries(FRAMEWORKS)) {
  describe(`the handler in ${name}`, () => {
    const home = useHome(HOMES["on SQLite"]);
    before(() => serverTools.install());
    const uid = newUid("page");
    let served;
    before(async () => {
      const identify = (request) =>
        request.headers.get("cookie") === "out" ? null : { uid, name: "Page" };
      // The emulator has started only when a request comes.
      const admin = {
        createAuthToken: (...args) => home.admin().createAuthToken(...args),
        getOrCreateUser: (...args) => home.admin().getOrCreateUser(...args),
      };
      served = await serve(tokenHandler({ admin, identify }));
    });
    after(() => served?.stop());
    const ask = (init) => fetch(`${served.url}/api/cometchat-token`, { method: "POST", ...init });

    test("a page logs in with it", async () => {
      const client = new Client(home.appId, {});
      client.connectEmulator(home.url);
      const user = await client.login({ tokenFrom: `${served.url}/api/cometchat-token` });
      assert.deepEqual([user.uid, user.name], [uid, "Page"]);
    });

    test("its refusals arrive as they are", async () => {
      const get = await ask({ method: "GET" });
      assert.deepEqual([get.status, get.headers.get("Allow")], [405, "POST"]);
      const foreign = await ask({ headers: { Origin: "https://evil.example" } });
      assert.equal(foreign.status, 403);
      const nobody = await ask({ headers: { Cookie: "out" } });
      assert.deepEqual([nobody.status, nobody.headers.get("Cache-Control")], [401, "no-store"]);
      const own = await ask({ headers: { Origin: served.url } });
      assert.equal(own.status, 200);
    });
  });
}

test("nodeHandler hands an error to Express's next, and answers 500 elsewhere", async (t) => {
  const failing = nodeHandler(() => Promise.reject(new Error("mine")));
  const request = { method: "POST", url: "/", headers: { host: "a" } };
  const passed = [];
  await failing(request, {}, (error) => passed.push(error.message));
  assert.deepEqual(passed, ["mine"]);
  t.mock.method(console, "error", () => {});
  const written = [];
  const response = { writeHead: (status) => written.push(status), end: () => written.push("end") };
  await failing(request, response);
  assert.deepEqual(written, [500, "end"]);
  // A host that is none makes no URL.
  await failing({ ...request, headers: { host: "a b" } }, response);
  assert.equal(written.length, 4);
});
