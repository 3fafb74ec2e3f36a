// The package in a real browser: a page that Vite built from the packed package, against an emulator on another
// origin. Sessions in the page's storages, other tabs, the warning about auth keys, and the error when the
// WebAssembly module cannot be loaded.

import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFile, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { build } from "vite";
import { launchBrowser } from "../support/browser.mjs";
import { deserted, newUid, useEmulator } from "../support/emulator.mjs";
import { usePackedPackage } from "../support/package.mjs";

const emulator = useEmulator();
const packed = usePackedPackage();

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

/** The page's server: `change` may return something else instead of a file. */
let change = () => undefined;
let server;
let port;
let browser;

before(async () => {
  const root = await packed.project("page", {
    "index.html": `<!doctype html><title>page</title><link rel="icon" href="data:," />
      <script type="module" src="./main.js"></script>`,
    "main.js": 'import * as users from "cometchat-users"; globalThis.users = users;',
    "public/frame.html": `<!doctype html><title>frame</title>
      <iframe sandbox="allow-scripts" src="/index.html"></iframe>`,
  });
  const outDir = join(root, "out");
  const module = join(root, "node_modules/cometchat-users/dist/cometchat_users.wasm");
  await build({ root, configFile: false, logLevel: "error", build: { outDir, emptyOutDir: true } });
  await copyFile(module, join(outDir, MODULE));

  server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://page").pathname;
    const file = path === "/" ? "/index.html" : path;
    const { status = 200, headers = {} } = change(file) ?? {};
    const body = status === 200 && (await readFile(join(outDir, file)).catch(() => undefined));
    // The frame without an origin of its own requests the scripts across origins.
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Cache-Control", "no-store");
    response.writeHead(body ? 200 : 404, {
      "Content-Type": TYPES[extname(file)] ?? "text/plain",
      ...headers,
    });
    response.end(body || "not found");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  port = server.address().port;

  browser = await launchBrowser("--host-resolver-rules=MAP example.test 127.0.0.1");
});
after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});
beforeEach(async () => {
  change = () => undefined;
  await emulator.reset();
});

/** A browser of its own, with nothing stored; returns a function that opens tabs in it. */
async function freshBrowser(t) {
  const context = await browser.newContext();
  t.after(() => context.close());
  return async ({ host = "127.0.0.1", path = "/" } = {}) => {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const tab = { page, console: [], requests: [] };
    page.on("console", (message) => tab.console.push([message.type(), message.text()]));
    page.on("pageerror", (error) => tab.console.push(["error", String(error)]));
    page.on("request", (request) => tab.requests.push(`${request.method()} ${request.url()}`));
    await page.goto(`http://${host}:${port}${path}`);
    await page.waitForFunction(() => globalThis.users ?? document.querySelector("iframe"));
    return tab;
  };
}

const MODULE = "/cometchat_users.wasm";
const wasmRequests = ({ requests }) => requests.filter((request) => request.endsWith(MODULE));
const serviceRequests = ({ requests }) =>
  requests.filter((request) => request.includes(new URL(emulator.url).host));
const warnings = (tab) =>
  tab.console.filter(([type]) => type === "warning").map(([, text]) => text);

/** Runs `body` in the page, with `users` (the package) and what it is given. */
const inPage = ({ page }, body, given = {}) => {
  const { url, appId, authKey } = emulator;
  return page.evaluate(
    async ([text, args]) => {
      const { users } = globalThis;
      const run = new Function("users", "given", `return (async () => { ${text} })()`);
      return await run(users, args);
    },
    [body, { url, appId, authKey, ...given }],
  );
};

const INIT = `
  users.connectEmulator(given.url);
  await users.init(given.appId, { region: "us", storage: given.storage });`;
const CODE_OF = "(promise) => promise.then(() => 'no error', (error) => error.code)";

test("the three functions, across origins", async (t) => {
  const open = await freshBrowser(t);
  const tab = await open();
  const uid = newUid();
  const result = await inPage(
    tab,
    `${INIT}
    const created = await users.createUser({ uid: given.uid, name: "Kevin" }, given.authKey);
    const updated = await users.updateUser({ uid: given.uid, name: "Kevin F." }, given.authKey);
    const loggedIn = await users.login(given.uid, given.authKey);
    const current = await users.updateCurrentUserDetails({ statusMessage: "Hi" });
    return {
      names: [created, updated, loggedIn, current].map((user) => user.getName()),
      classes: [created, current].map((user) => user instanceof users.User),
      message: current.getStatusMessage(),
      origin: location.origin,
    };`,
    { uid },
  );
  assert.deepEqual(result.names, ["Kevin", "Kevin F.", "Kevin F.", "Kevin F."]);
  assert.deepEqual(result.classes, [true, true]);
  assert.equal(result.message, "Hi");
  assert.notEqual(result.origin, new URL(emulator.url).origin);
  assert.equal((await emulator.rest("GET", `/users/${uid}`)).statusMessage, "Hi");
  assert.deepEqual(tab.console, [], "the page complained");
});

test("a refusal of the server arrives as an Error with its code and status", async (t) => {
  const tab = await (await freshBrowser(t))();
  const [isError, json] = await inPage(
    tab,
    `${INIT}
    const error = await users.updateUser({ uid: "nobody" }, given.authKey).catch((error) => error);
    return [error instanceof Error && error instanceof users.CometChatException, JSON.stringify(error)];`,
  );
  assert.equal(isError, true);
  const { code, status } = JSON.parse(json);
  assert.deepEqual([code, status], ["ERR_UID_NOT_FOUND", 404]);
});

test("the module comes with the script: no call asks for a file", async (t) => {
  const tab = await (await freshBrowser(t))();
  assert.deepEqual([wasmRequests(tab), serviceRequests(tab)], [[], []]);
  await inPage(
    tab,
    `${INIT}
    await Promise.all([users.getLoggedInUser(), users.getLoggedInUser(), users.load()]);`,
  );
  assert.equal(wasmRequests(tab).length, 0);
  assert.deepEqual(serviceRequests(tab), []);
});

describe("a session", () => {
  const LOGIN = `${INIT} return (await users.login("cometchat-uid-1", given.authKey)).getUid();`;
  const WHO = `${INIT} return (await users.getLoggedInUser())?.getUid() ?? null;`;

  /** Tabs are processes: what one of them stores or removes reaches the other a little later. */
  const storageHas = ({ page }, text, isThere) =>
    page.waitForFunction(
      ([text, isThere]) =>
        Object.values(localStorage).some((stored) => stored.includes(text)) === isThere,
      [text, isThere],
    );

  test("is kept in localStorage by default, and survives a reload without a request", async (t) => {
    const tab = await (await freshBrowser(t))();
    await inPage(tab, LOGIN);
    const stored = await tab.page.evaluate(() => [localStorage.length, sessionStorage.length]);
    assert.deepEqual(stored, [1, 0]);

    await tab.page.reload();
    tab.requests.length = 0;
    assert.equal(await inPage(tab, WHO), "cometchat-uid-1");
    assert.deepEqual(serviceRequests(tab), []);
    const message = await inPage(
      tab,
      `return (await users.updateCurrentUserDetails({ statusMessage: "back" })).getStatusMessage();`,
    );
    assert.equal(message, "back");
  });

  test("in localStorage is there in another tab, whose logout is noticed here", async (t) => {
    const open = await freshBrowser(t);
    const [here, there] = [await open(), await open()];
    await inPage(here, LOGIN);
    await storageHas(there, "cometchat-uid-1", true);
    assert.equal(await inPage(there, WHO), "cometchat-uid-1");
    await inPage(there, "await users.logout();");
    await storageHas(here, "cometchat-uid-1", false);
    here.requests.length = 0;
    assert.equal(await inPage(here, "return await users.getLoggedInUser();"), null);
    const code = await inPage(
      here,
      `return await (${CODE_OF})(users.updateCurrentUserDetails({ name: "K" }));`,
    );
    assert.equal(code, "USER_NOT_LOGGED_IN");
    assert.deepEqual(serviceRequests(here), []);
  });

  test("of another tab is told to a listener here, with no call of its own", async (t) => {
    const open = await freshBrowser(t);
    const [here, there] = [await open(), await open()];
    await inPage(
      here,
      `${INIT} globalThis.told = [];
      users.onSessionChange((user) => told.push(user?.getUid() ?? null));`,
    );
    const isTold = (told) =>
      here.page.waitForFunction((expected) => `${globalThis.told}` === expected, `${told}`);
    await inPage(there, LOGIN);
    await isTold(["cometchat-uid-1"]);
    await inPage(there, "await users.logout();");
    await isTold(["cometchat-uid-1", null]);
  });

  test("of another user, begun in another tab, is taken over", async (t) => {
    const open = await freshBrowser(t);
    const [here, there] = [await open(), await open()];
    await inPage(here, LOGIN);
    await inPage(there, `${INIT} await users.login("cometchat-uid-2", given.authKey);`);
    await storageHas(here, "cometchat-uid-2", true);
    const uid = await inPage(
      here,
      `return (await users.updateCurrentUserDetails({ statusMessage: "x" })).getUid();`,
    );
    assert.equal(uid, "cometchat-uid-2");
  });

  test("in sessionStorage survives a reload and stays in its tab", async (t) => {
    const open = await freshBrowser(t);
    const tab = await open();
    await inPage(tab, LOGIN, { storage: "session" });
    const stored = await tab.page.evaluate(() => [localStorage.length, sessionStorage.length]);
    assert.deepEqual(stored, [0, 1]);
    await tab.page.reload();
    assert.equal(await inPage(tab, WHO, { storage: "session" }), "cometchat-uid-1");
    assert.equal(await inPage(await open(), WHO, { storage: "session" }), null);
  });

  test("in memory ends with the page and is stored nowhere", async (t) => {
    const tab = await (await freshBrowser(t))();
    await inPage(tab, LOGIN, { storage: "memory" });
    const stored = await tab.page.evaluate(() => [localStorage.length, sessionStorage.length]);
    assert.deepEqual(stored, [0, 0]);
    await tab.page.reload();
    assert.equal(await inPage(tab, WHO, { storage: "memory" }), null);
  });

  test("in a page that may not use localStorage is kept in memory", async (t) => {
    const { page } = await (await freshBrowser(t))({ path: "/frame.html" });
    const frame = page.frames().find((frame) => frame.parentFrame());
    await frame.waitForFunction(() => globalThis.users);
    const refused = await frame.evaluate(() => {
      try {
        return localStorage.length;
      } catch (error) {
        return error.name;
      }
    });
    assert.equal(refused, "SecurityError", "the browser was expected to refuse the storage");
    assert.equal(await inPage({ page: frame }, LOGIN), "cometchat-uid-1");
    assert.equal(await inPage({ page: frame }, WHO), "cometchat-uid-1");
  });

  test("of a Client is its own, beside the page's", async (t) => {
    const tab = await (await freshBrowser(t))();
    await inPage(tab, LOGIN);
    const uids = await inPage(
      tab,
      `const client = new users.Client(given.appId, { region: "us" });
      client.connectEmulator(given.url);
      await client.login("cometchat-uid-3", given.authKey);
      const uids = [await client.getLoggedInUser(), await users.getLoggedInUser()];
      return uids.map((user) => user.getUid());`,
    );
    assert.deepEqual(uids, ["cometchat-uid-3", "cometchat-uid-1"]);
    assert.equal(await tab.page.evaluate(() => localStorage.length), 1);
  });
});

describe("an auth key in a page", () => {
  // Not by connectEmulator: a call to an emulator needs no warning.
  const CALLS = `
    await users.init(given.appId, {
      adminHost: given.url, clientHost: given.url, allowAuthKeyInBrowser: given.allow });
    await users.createUser({ uid: given.uid, name: "Kevin" }, given.authKey);
    await users.updateUser({ uid: given.uid, name: "Kevin F." }, given.authKey);
    await users.login(given.uid, given.authKey);`;

  test("that others may open is warned about, once", async (t) => {
    const tab = await (await freshBrowser(t))({ host: "example.test" });
    await inPage(tab, CALLS, { uid: newUid() });
    const [warning, ...more] = warnings(tab);
    assert.match(warning, /cometchat-users.*Auth Key.*allowAuthKeyInBrowser/s);
    assert.ok(!warning.includes(emulator.authKey));
    assert.deepEqual(more, []);
  });

  test("is not warned about when the page says that it knows", async (t) => {
    const tab = await (await freshBrowser(t))({ host: "example.test" });
    await inPage(tab, CALLS, { uid: newUid(), allow: true });
    assert.deepEqual(tab.console, []);
  });

  for (const host of ["localhost", "127.0.0.1", "app.localhost"]) {
    test(`is not warned about on ${host}`, async (t) => {
      const tab = await (await freshBrowser(t))({ host });
      await inPage(tab, CALLS, { uid: newUid() });
      assert.deepEqual(tab.console, []);
    });
  }

  test("is not warned about for an emulator", async (t) => {
    const tab = await (await freshBrowser(t))({ host: "example.test" });
    const create = `await users.createUser({ uid: given.uid, name: "K" }, given.authKey);`;
    await inPage(tab, INIT + create, { uid: newUid() });
    assert.deepEqual(tab.console, []);
  });

  test("is not warned about when a token is used in its place", async (t) => {
    const path = "/users/cometchat-uid-1/auth_tokens";
    const { authToken } = await emulator.rest("POST", path, {});
    const tab = await (await freshBrowser(t))({ host: "example.test" });
    await inPage(
      tab,
      `await users.init(given.appId, { adminHost: given.url, clientHost: given.url });
      await users.login(given.authToken);
      await users.updateCurrentUserDetails({ name: "K" });`,
      { authToken },
    );
    assert.deepEqual(tab.console, []);
  });
});

describe("no reply in a page", () => {
  const USER = '{ uid: "u", name: "n" }, given.authKey, { maxRetries: 0 }';
  const failed = async (tab, start, given) => {
    const [error] = await inPage(
      tab,
      `${start}
      return await users.createUser(${USER}).then(
        () => ["created"],
        ({ code, message, details, retryable }) => [{ code, message, details, retryable }],
      );`,
      given,
    );
    assert.equal(error.code, "FAILED_TO_FETCH");
    return error;
  };
  const elsewhere = (url) =>
    `users.connectEmulator("${url}"); await users.init(given.appId, { region: "us" });`;

  test("from an emulator that does not run: its address, and how to start one", async (t) => {
    const url = await deserted();
    const tab = await (await freshBrowser(t))();
    const error = await failed(tab, elsewhere(url));
    assert.equal(error.message, `No reply came from ${url}/v3.0/users.`);
    assert.match(error.details, /^Is the emulator running\? npx cometchat-emulator/);
  });

  test("from a region that does not exist: the address has it, and the usual ones are named", async (t) => {
    const tab = await (await freshBrowser(t))();
    const error = await failed(tab, 'await users.init("app", { region: "mars" });');
    assert.equal(error.message, "No reply came from https://app.api-mars.cometchat.io/v3.0/users.");
    assert.match(error.details, /region right \(us, eu, in\)/);
  });

  test("because the page's policy forbids it: the policy is named", async (t) => {
    change = (file) =>
      file === "/index.html" && {
        headers: { "Content-Security-Policy": "connect-src 'self'" },
      };
    const tab = await (await freshBrowser(t))();
    const error = await failed(tab, 'await users.init("app", { region: "us" });');
    assert.match(
      error.details,
      /^This page's Content-Security-Policy blocks it: .* connect-src\. /,
    );
    assert.equal(error.retryable, false);
    assert.ok(
      tab.console.some(([, text]) => text.includes("connect-src")),
      "the console says which address",
    );
  });

  test("because the device is offline", async (t) => {
    const tab = await (await freshBrowser(t))();
    await inPage(tab, INIT);
    await tab.page.context().setOffline(true);
    const error = await failed(tab, "");
    assert.match(error.details, /^This device is offline\./);
    assert.equal(error.retryable, true);
  });

  test("because of CORS: the address, and no key", async (t) => {
    const silent = createServer((_, response) => response.end("{}")).listen(0, "127.0.0.1");
    t.after(() => silent.close());
    await once(silent, "listening");
    const url = `http://127.0.0.1:${silent.address().port}`;
    const tab = await (await freshBrowser(t))();
    const error = await failed(tab, elsewhere(url));
    assert.ok(error.message.includes(url));
    assert.ok(!JSON.stringify(error).includes(emulator.authKey));
  });
});

describe("arguments in a page", () => {
  for (const [what, call, code, message] of [
    ["a uid and a name for a user", 'createUser("kevin", "Kevin")', "MISSING_PARAMETERS", /object/],
    ["a key for options", 'getUser("kevin", given.authKey)', "INVALID_OPTIONS", /last argument/],
    [
      "a misspelt field",
      'createUser({ uid: "u", name: "n", statusMesage: "hi" }, given.authKey)',
      "INVALID_USER_STATUS_MESSAGE",
      /statusMessage is misspelt/,
    ],
    [
      "an option that there is not",
      'createUser({ uid: "u", name: "n" }, given.authKey, { timeout: 5 })',
      "INVALID_OPTIONS",
      /options\.timeout is unknown: there are signal, timeoutMs/,
    ],
    ["nothing for a login", "login(undefined)", "MISSING_PARAMETERS", /auth token/],
    [
      "a uid alone for a login",
      'login("cometchat-uid-1")',
      "AUTH_ERR_AUTH_TOKEN_NOT_FOUND",
      /exist/,
    ],
    [
      "an auth key where the token belongs",
      "login(given.authKey)",
      "AUTH_ERR_AUTH_TOKEN_NOT_FOUND",
      /exist/,
    ],
  ]) {
    test(`${what}: ${code}`, async (t) => {
      const tab = await (await freshBrowser(t))();
      const error = await inPage(
        tab,
        `${INIT}
        return await users.${call}.catch(({ code, message }) => ({ code, message }));`,
      );
      assert.equal(error.code, code);
      assert.match(error.message, message);
    });
  }

  test("no region: init rejects", async (t) => {
    const tab = await (await freshBrowser(t))();
    const code = await inPage(tab, `return await (${CODE_OF})(users.init("app", {}));`);
    assert.equal(code, "MISSING_PARAMETERS");
  });

  test("a builder that was not built: init builds it", async (t) => {
    const tab = await (await freshBrowser(t))();
    const settings = 'new users.AppSettingsBuilder().setRegion("us")';
    assert.equal(await inPage(tab, `return await users.init("app", ${settings});`), true);
  });
});

describe("a refusal in a page", () => {
  /** What a call fails with in a page, whose `fetch` is this code. */
  const refused = async (t, fetch, key) =>
    inPage(
      await (await freshBrowser(t))(),
      `const settings = { region: "us", fetch: ${fetch}, maxRetries: 0, timeoutMs: 2000 };
      const client = new users.Client("app", settings);
      return await client.createUser({ uid: "u", name: "n" }, "${key}").catch(
        ({ message, details, retryAfterMs }) => ({ message, details, retryAfterMs }),
      );`,
    );
  const KEY = "0123456789abcdef0123456789abcdef01234567";
  const answering = (message, init) =>
    `async () => new Response(${JSON.stringify(JSON.stringify({ error: { code: "X", message } }))}, ${init})`;

  test("shows nothing of the key, not even its first ten characters", async (t) => {
    const answer = answering(`The key ${KEY.slice(0, 10)}xxxx may not.`, "{ status: 403 }");
    assert.equal((await refused(t, answer, KEY)).message, "The key ***xxxx may not.");
  });

  test("that is too long to wait for says which option helps", async (t) => {
    const init = '{ status: 429, headers: { "Retry-After": "120" } }';
    const error = await refused(t, answering("Too many requests.", init), KEY);
    assert.equal(error.retryAfterMs, 120_000);
    assert.equal(error.details, "A timeoutMs above retryAfterMs lets the call wait.");
  });

  test("of the network is not masked by a key of one letter", async (t) => {
    const fetch = 'async () => { throw new Error("Client network socket disconnected"); }';
    const { details } = await refused(t, fetch, "k");
    assert.match(details, /Client network socket disconnected$/);
  });
});

describe("a module that cannot be loaded", () => {
  test("because of the Content-Security-Policy: WASM_UNAVAILABLE with the remedy", async (t) => {
    const policy = (scripts) => (file) =>
      file === "/index.html" && {
        headers: { "Content-Security-Policy": `script-src 'self' ${scripts}; connect-src *` },
      };
    // This policy forbids `new Function` too, and with it `inPage`.
    change = policy("");
    const tab = await (await freshBrowser(t))();
    const load = () =>
      tab.page.evaluate(() =>
        globalThis.users.load().then(
          () => "loaded",
          ({ code, details, cause }) => ({ code, details, cause: String(cause) }),
        ),
      );
    const failure = await load();
    assert.equal(failure.code, "WASM_UNAVAILABLE");
    assert.match(failure.details, /script-src 'wasm-unsafe-eval'/);
    assert.match(failure.cause, /Content Security Policy/i);

    assert.equal((await load()).code, "WASM_UNAVAILABLE");

    // The remedy works.
    change = policy("'wasm-unsafe-eval'");
    await tab.page.reload();
    await tab.page.waitForFunction(() => globalThis.users);
    assert.equal(await load(), "loaded");
  });

  test("because the file is not there: WASM_UNAVAILABLE, and a later call tries again", async (t) => {
    change = (file) => (file.endsWith(MODULE) ? { status: 404 } : undefined);
    const tab = await (await freshBrowser(t))();
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const failure = await inPage(
        tab,
        `const error = await users.load("${MODULE}").catch((error) => error);
        return { code: error.code, details: error.details, cause: String(error.cause), name: error.name };`,
      );
      assert.equal(failure.code, "WASM_UNAVAILABLE");
      assert.equal(failure.name, "CometChatException");
      assert.match(failure.details, /load\(url\)/);
      assert.match(failure.cause, /404/);
      assert.equal(wasmRequests(tab).length, attempt);
    }
    const name = await inPage(
      tab,
      `${INIT}
      return (await users.createUser({ uid: given.uid, name: "Kevin" }, given.authKey)).getName();`,
      { uid: newUid() },
    );
    assert.equal(name, "Kevin");
  });

  test("because a page of text comes instead: WASM_UNAVAILABLE", async (t) => {
    const tab = await (await freshBrowser(t))();
    const failure = await inPage(
      tab,
      `
      const error = await users.load("/index.html").catch((error) => error);
      return { code: error.code, isError: error.cause instanceof Error };`,
    );
    assert.deepEqual(failure, { code: "WASM_UNAVAILABLE", isError: true });
    await inPage(tab, `${INIT} await users.getLoggedInUser();`);
  });

  test("because of its type is loaded all the same", async (t) => {
    change = (file) =>
      file.endsWith(MODULE)
        ? { headers: { "Content-Type": "application/octet-stream" } }
        : undefined;
    const tab = await (await freshBrowser(t))();
    const found = `await users.load("${MODULE}"); ${INIT} return await users.getLoggedInUser();`;
    assert.equal(await inPage(tab, found), null);
  });

  test("from elsewhere: load takes another address", async (t) => {
    const tab = await (await freshBrowser(t))();
    await inPage(tab, `await users.load("${MODULE}"); ${INIT} await users.getLoggedInUser();`);
    assert.equal(wasmRequests(tab).length, 1);
  });
});
