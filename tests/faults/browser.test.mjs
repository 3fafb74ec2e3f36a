// Faults that only a web page can meet, in Chromium: the module's file that does not come, comes wrong or
// may not run, a storage that refuses, another tab, and connections that break.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, afterEach, before, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import { AUTH_KEY, SESSION_TOKEN, secretsIn, sessionUser } from "./support/secrets.mjs";
import { deserted, serve } from "./support/server.mjs";

const dist = new URL("../../pkg/dist/", import.meta.url);
const WASM = { "Content-Type": "application/wasm" };

/** How the module's file is answered, and with which headers the page comes; each test sets them. */
let wasm;
let moduleText;
let pageHeaders;
let server;
let origin;
let browser;
let context;
let seen = "";

before(async () => {
  server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Cache-Control", "no-store");
    if (path.endsWith(".wasm")) return wasm(response);
    if (path.startsWith("/dist/") && path.endsWith(".js")) {
      response.setHeader("Content-Type", "text/javascript");
      if (moduleText && path.endsWith("/wasm-deflated.js")) return response.end(moduleText());
      return response.end(await readFile(new URL(path.slice("/dist/".length), dist)));
    }
    // No bundler here: the map says what the package's private import means in a browser.
    response.setHeader("Content-Type", "text/html").writeHead(200, pageHeaders);
    response.end(`<!doctype html>
      <script type="importmap">{ "imports": { "#wasm": "/dist/wasm/web.js" } }</script>
      <script type="module">
        window.ready = import("/dist/index.js").then((users) => { window.users = users; });
      </script>`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

afterEach(async () => {
  await context?.close();
  context = undefined;
  assert.deepEqual(secretsIn(seen), []);
  seen = "";
});

const served = async (response) => {
  const bytes = await readFile(new URL("cometchat_users.wasm", dist));
  response.writeHead(200, WASM).end(bytes);
};

/**
 * Opens a page with the package in it; more than one share their storage. With a `file`, each client loads
 * the module from an address that answers so; without, from the package's script, where `text` is its text.
 */
async function open({ file, text, headers = {} } = {}) {
  wasm = file;
  moduleText = text;
  pageHeaders = headers;
  context ??= await browser.newContext();
  const page = await context.newPage();
  page.unhandled = [];
  page.on("pageerror", (error) => page.unhandled.push(String(error)));
  page.on("console", (message) => {
    seen += `${message.text()}\n`;
  });
  await page.goto(origin);
  await page.evaluate(() => window.ready);
  await page.evaluate(
    ([token, user, address]) => {
      /** A client whose requests are answered as the service would. */
      window.client = (settings) => {
        if (address) window.users.load(address).catch(() => {});
        return new window.users.Client("app", {
          region: "us",
          fetch: async () => ({ status: 200, json: async () => ({ data: { ...user } }) }),
          ...settings,
        });
      };
      /** How a promise ends, in what can leave the page. */
      window.ended = (promise) =>
        promise.then(
          (value) => ({ value: value && { uid: value.uid } }),
          (error) => ({
            code: error.code,
            message: error.message,
            details: error.details,
            attempts: error.attempts,
            reason: error.cause,
            cause: String(error.cause),
            isException: error instanceof window.users.CometChatException,
            text: `${error.stack}${JSON.stringify(error)}`,
          }),
        );
      window.token = token;
    },
    [SESSION_TOKEN, sessionUser(SESSION_TOKEN), file && "/dist/cometchat_users.wasm"],
  );
  return page;
}

/** Runs in the page; gives how the promise ended. Nothing may be left unhandled. */
async function ending(page, work, argument) {
  const outcome = await page.evaluate(work, argument);
  seen += JSON.stringify(outcome);
  assert.deepEqual(page.unhandled, []);
  return outcome;
}

const createUser = (settings) =>
  window.ended(window.client(settings).createUser({ uid: "user1", name: "Kevin" }, "key"));

// ----------------------------------------------------------------------------------- the module's file
test("a module that does not come: the call's time limit ends it, and a later call works", async () => {
  const held = [];
  const page = await open({ file: (response) => held.push(response) });
  const outcome = await ending(page, createUser, { timeoutMs: 300 });
  assert.equal(outcome.code, "REQUEST_TIMEOUT");
  assert.equal(outcome.attempts, 0);
  for (const response of held) await served(response);
  assert.deepEqual(await ending(page, createUser), { value: { uid: "user1" } });
});

test("a module that stops half-way: the call's time limit ends it", async () => {
  const page = await open({
    file: async (response) => {
      const bytes = await readFile(new URL("cometchat_users.wasm", dist));
      response.writeHead(200, { ...WASM, "Content-Length": bytes.length });
      response.write(bytes.subarray(0, 10_000));
    },
  });
  assert.equal((await ending(page, createUser, { timeoutMs: 300 })).code, "REQUEST_TIMEOUT");
});

test("a module that does not come: the signal ends the call at once, with its reason", async () => {
  let hold;
  const held = new Promise((resolve) => {
    hold = resolve;
  });
  const page = await open({ file: hold });
  const outcome = await ending(page, async () => {
    const controller = new AbortController();
    const call = window.client().createUser({ uid: "user1", name: "Kevin" }, "key", controller);
    setTimeout(() => controller.abort("enough"));
    return window.ended(call);
  });
  assert.equal(outcome.code, "REQUEST_ABORTED");
  assert.equal(outcome.reason, "enough");
  // The call may have ended before the browser asked for the file.
  await served(await held);
  assert.deepEqual(await ending(page, createUser), { value: { uid: "user1" } });
});

test("an aborted signal and a module that is not there: one rejection, nothing unhandled", async () => {
  const page = await open({ file: (response) => response.writeHead(404).end() });
  const outcome = await ending(page, async () => {
    const signal = AbortSignal.abort("enough");
    const call = window.client().createUser({ uid: "user1", name: "Kevin" }, "key", { signal });
    const outcome = await window.ended(call);
    // The module's failure comes after.
    await window.ended(window.users.load());
    await new Promise((resolve) => setTimeout(resolve));
    return outcome;
  });
  assert.equal(outcome.code, "REQUEST_ABORTED");
});

const page404 = (response) =>
  response.writeHead(404, { "Content-Type": "text/html" }).end("<p>404");
const UNAVAILABLE = {
  "is not there": page404,
  "is the app's page instead, as single-page hosts answer": (response) =>
    response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><p>App"),
  "is empty": (response) => response.writeHead(200, WASM).end(),
  "is cut off": async (response) => {
    const bytes = await readFile(new URL("cometchat_users.wasm", dist));
    response.writeHead(200, WASM).end(bytes.subarray(0, 20_000));
  },
  "is no module": (response) => response.writeHead(200, WASM).end("no module"),
  "breaks off": (response) => response.destroy(),
};
for (const [what, file] of Object.entries(UNAVAILABLE)) {
  test(`a module that ${what}: every call says so with the remedy, and a later one works`, async () => {
    const page = await open({ file });
    const outcomes = await ending(page, () => {
      const client = window.client();
      return Promise.all(
        [
          client.createUser({ uid: "user1", name: "Kevin" }, "key"),
          client.login(window.token),
          client.getLoggedInUser(),
          window.users.init("app", { region: "us" }),
          window.users.load(),
        ].map(window.ended),
      );
    });
    for (const outcome of outcomes) {
      assert.equal(outcome.code, "WASM_UNAVAILABLE");
      assert.equal(outcome.isException, true);
      assert.match(outcome.details, /wasm-unsafe-eval/);
      assert.match(outcome.details, /load\(url\)/);
    }
    wasm = served;
    assert.deepEqual(await ending(page, createUser), { value: { uid: "user1" } });
  });
}

test("a module under a wrong MIME type works all the same", async () => {
  const page = await open({
    file: async (response) => {
      const bytes = await readFile(new URL("cometchat_users.wasm", dist));
      response.writeHead(200, { "Content-Type": "application/octet-stream" }).end(bytes);
    },
  });
  assert.deepEqual(await ending(page, createUser), { value: { uid: "user1" } });
});

const own = readFileSync(new URL("generated/wasm-deflated.js", dist), "utf8");
const DAMAGED = {
  "has lost a part": own.replace(/"(.{20000}).{4000}/, '"$1'),
  "was re-encoded": own.replace(/"[\w+/]+/, (text) =>
    text.replaceAll("+", " ").replaceAll("/", "_"),
  ),
  "has one letter changed": own.replace(/"(.{20000})[^A]/, '"$1A'),
  "is another text": 'export const wasmDeflated = "eJw=";',
};
for (const [what, text] of Object.entries(DAMAGED)) {
  test(`a script whose text of the module ${what}: every call says so with the remedy, which works`, async () => {
    const page = await open({ text: () => text });
    for (const outcome of [await ending(page, createUser), await ending(page, createUser)]) {
      assert.equal(outcome.code, "WASM_UNAVAILABLE");
      assert.match(outcome.details, /changed on its way/);
      assert.match(outcome.details, /load\(url\)/);
    }
    wasm = served;
    const loaded = await ending(page, () =>
      window.ended(window.users.load("/dist/cometchat_users.wasm")),
    );
    assert.deepEqual(loaded, { value: undefined });
    assert.deepEqual(await ending(page, createUser), { value: { uid: "user1" } });
  });
}

test("a Content-Security-Policy without wasm-unsafe-eval: the remedy is in the details", async () => {
  const policy = (more) => ({
    "Content-Security-Policy": `default-src 'self'; script-src 'self' 'unsafe-inline'${more}`,
  });
  const page = await open({ headers: policy("") });
  const outcome = await ending(page, createUser);
  assert.equal(outcome.code, "WASM_UNAVAILABLE");
  assert.match(outcome.details, /Content-Security-Policy needs script-src 'wasm-unsafe-eval'/);
  assert.match(outcome.cause, /wasm-unsafe-eval|unsafe-eval|Content Security Policy/);

  const allowed = await open({ headers: policy(" 'wasm-unsafe-eval'") });
  assert.deepEqual(await ending(allowed, createUser), { value: { uid: "user1" } });
});

// ----------------------------------------------------------------------------------------- network
/** Every method against an address, with the real `fetch`. */
async function allMethods(page, host, settings = {}) {
  return ending(
    page,
    async ([host, settings, key]) => {
      const user = { uid: "user1", name: "Kevin" };
      const client = async (hasSession) => {
        const standIn = { answer: async () => ({ status: 200, json: async () => ({ data: {} }) }) };
        const made = window.client({
          adminHost: host,
          clientHost: host,
          ...settings,
          fetch: (...args) => standIn.answer(...args),
        });
        standIn.answer = async () => ({ status: 200, json: async () => ({ data: user }) });
        if (hasSession) await made.login(window.token);
        standIn.answer = (...args) => window.fetch(...args);
        return made;
      };
      const calls = {
        createUser: async () => (await client()).createUser(user, key),
        updateUser: async () => (await client()).updateUser(user, key),
        updateCurrentUserDetails: async () =>
          (await client(true)).updateCurrentUserDetails({ name: "K" }),
        login: async () => (await client()).login("user1", key),
        logout: async () => (await client(true)).logout(),
        getUser: async () => (await client(true)).getUser("user1"),
      };
      const ended = async ([name, call]) => [name, await window.ended(call())];
      return Object.fromEntries(await Promise.all(Object.entries(calls).map(ended)));
    },
    [host, settings, AUTH_KEY],
  );
}

/** Lets the browser's preliminary request pass, so that the fault meets the request itself. */
const afterPreflight = (fails) => (socket, request) => {
  if (request.method !== "OPTIONS") return fails(socket, request);
  socket.end(
    "HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: *\r\n" +
      "Access-Control-Allow-Methods: *\r\nConnection: close\r\n\r\n",
  );
};
const CORS = "Access-Control-Allow-Origin: *\r\nConnection: close\r\n";

const NETWORK = {
  "a reset": { fails: (socket) => socket.resetAndDestroy(), code: "FAILED_TO_FETCH", attempts: 3 },
  "a connection closed without a reply": {
    fails: (socket) => socket.end(),
    code: "FAILED_TO_FETCH",
    attempts: 3,
  },
  "half a body": {
    fails: (socket) =>
      socket.end(`HTTP/1.1 200 OK\r\n${CORS}Content-Length: 100\r\n\r\n{"data":{"uid":"user1"`),
    code: "FAILED_TO_FETCH",
    attempts: 3,
  },
  "a reply without CORS headers": {
    fails: (socket) =>
      socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 11\r\n\r\n{"data":{}}'),
    code: "FAILED_TO_FETCH",
    attempts: 3,
  },
  "a redirect": {
    fails: (socket) =>
      socket.end(`HTTP/1.1 302 Found\r\n${CORS}Location: /x\r\nContent-Length: 0\r\n\r\n`),
    code: "INVALID_RESPONSE",
    attempts: 1,
  },
  "no reply": { fails() {}, code: "REQUEST_TIMEOUT", attempts: 1, settings: { timeoutMs: 400 } },
  "a body that stops": {
    fails: (socket) =>
      socket.write(`HTTP/1.1 200 OK\r\n${CORS}Content-Length: 100\r\n\r\n{"data":{"uid":"user1"`),
    code: "REQUEST_TIMEOUT",
    attempts: 1,
    settings: { timeoutMs: 400 },
  },
};
for (const [what, { fails, code, attempts, settings }] of Object.entries(NETWORK)) {
  test(`${what}, met by a page: every method rejects`, async () => {
    const service = await serve(afterPreflight(fails));
    try {
      const page = await open();
      const outcomes = await allMethods(page, service.url, { timeoutMs: 8_000, ...settings });
      for (const [name, outcome] of Object.entries(outcomes)) {
        assert.equal(outcome.code, code, name);
        assert.equal(outcome.attempts, attempts, name);
      }
    } finally {
      await service.stop();
    }
  });
}

test("an address where nobody listens, met by a page: every method rejects", async () => {
  const page = await open();
  const outcomes = await allMethods(page, await deserted(), { timeoutMs: 8_000 });
  for (const [name, { code, attempts }] of Object.entries(outcomes)) {
    assert.deepEqual({ code, attempts }, { code: "FAILED_TO_FETCH", attempts: 3 }, name);
  }
});

test("a page that is offline: every method rejects", async () => {
  const page = await open();
  await ending(page, createUser);
  await context.setOffline(true);
  const outcomes = await allMethods(page, "http://service.test", { timeoutMs: 8_000 });
  for (const [name, outcome] of Object.entries(outcomes)) {
    assert.equal(outcome.code, "FAILED_TO_FETCH", name);
  }
});

// ---------------------------------------------------------------------------------------- sessions
/** Logs in with a stored session and uses it. */
const storedSession = async () => {
  const client = window.client({ storage: "local", sessionName: "tab" });
  const login = await window.ended(client.login(window.token));
  const user = await window.ended(client.getLoggedInUser());
  const other = await window.ended(client.getUser("user2"));
  const logout = await window.ended(client.logout());
  const after = await window.ended(client.getLoggedInUser());
  return { login, user, other, logout, after };
};
const WORKS = {
  login: { value: { uid: "user1" } },
  user: { value: { uid: "user1" } },
  other: { value: { uid: "user1" } },
  logout: { value: undefined },
  after: { value: null },
};

test("a storage that may not be touched: the session is kept in memory", async () => {
  // A sandboxed page has no origin, and so no storage.
  const page = await open({
    headers: { "Content-Security-Policy": "sandbox allow-scripts" },
  });
  const throws = await page.evaluate(() => {
    try {
      return typeof window.localStorage;
    } catch (error) {
      return error.name;
    }
  });
  assert.equal(throws, "SecurityError");
  const { login, ...rest } = await ending(page, storedSession);
  assert.deepEqual({ login, ...rest }, WORKS);
});

test("a storage that is full: the session is kept in memory", async () => {
  const page = await open();
  const outcome = await ending(page, () => {
    for (let size = 2 ** 22; size >= 1; size /= 2) {
      try {
        for (let part = 0; ; part += 1) {
          window.localStorage.setItem(`${size}-${part}`, "x".repeat(size));
        }
      } catch {
        // Smaller parts fill the rest.
      }
    }
    return undefined;
  });
  assert.equal(outcome, undefined);
  assert.deepEqual(await ending(page, storedSession), WORKS);
});

test("another tab's logout is noticed by the next call, and its login as well", async () => {
  const first = await open();
  const second = await open();
  const start = () => {
    window.mine = window.client({ storage: "local", sessionName: "tab" });
    return window.ended(window.mine.getLoggedInUser());
  };
  assert.deepEqual(await ending(first, start), { value: null });
  assert.deepEqual(await ending(second, start), { value: null });
  // A browser tells one tab of another's change within moments, not at once.
  const stored = (tab, count) =>
    tab.waitForFunction((count) => window.localStorage.length === count, count);
  await ending(first, () => window.ended(window.mine.login(window.token)));
  await stored(second, 1);
  const user = () => window.ended(window.mine.getUser("user1"));
  assert.deepEqual(await ending(second, user), { value: { uid: "user1" } });
  await ending(second, () => window.ended(window.mine.logout()));
  await stored(first, 0);
  assert.equal((await ending(first, user)).code, "USER_NOT_LOGGED_IN");
  assert.deepEqual(await ending(first, () => window.ended(window.mine.getLoggedInUser())), {
    value: null,
  });
});

test("a stored session that was tampered with is no session", async () => {
  const page = await open();
  for (const text of ["{", "null", "[]", '"x"', '{"uid":"user1"}', '{"uid":1,"authToken":2}', ""]) {
    const outcome = await ending(
      page,
      async (text) => {
        const client = window.client({ storage: "local", sessionName: "tab" });
        await client.login(window.token);
        for (const key of Object.keys(window.localStorage)) window.localStorage.setItem(key, text);
        return window.ended(client.getUser("user1"));
      },
      text,
    );
    assert.equal(outcome.code, "USER_NOT_LOGGED_IN", text);
  }
});
