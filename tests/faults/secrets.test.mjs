// Services, proxies and stand-ins for `fetch` that repeat the caller's secrets in whatever they answer
// or throw: none of it may be shown by an error or by a user. The other tests of this folder search what
// they have seen as well; here are the cases that are made to leak.

import assert from "node:assert/strict";
import { Console } from "node:console";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import { inspect } from "node:util";
import { Client, CometChatException, User } from "cometchat-users";
import { METHODS, NAMES } from "./support/methods.mjs";
import {
  AUTH_KEY,
  FRESH_TOKEN,
  SECRETS,
  SESSION_TOKEN,
  secretsIn,
  sessionUser,
} from "./support/secrets.mjs";
import { healthyText } from "./support/server.mjs";

// ------------------------------------------------------------------------------------- collecting
let shown = "";
const collected = new Console(
  new Writable({
    write(chunk, _encoding, done) {
      shown += chunk;
      done();
    },
  }),
);
const own = ["log", "info", "warn", "error", "debug", "trace"].map((name) => [name, console[name]]);
for (const [name] of own) console[name] = collected[name].bind(collected);
after(() => Object.assign(console, Object.fromEntries(own)));

/** Shows a value in all the ways in which programs show values. */
function show(value) {
  collected.log(value);
  collected.error({ value }, [value]);
  collected.log("%o %O %s", value, value, value);
  collected.log(inspect(value, { depth: 10, showHidden: true }));
  collected.log(inspect(value, { depth: 10, getters: true, compact: false }));
  collected.log(String(value));
}

function showError(error) {
  show(error);
  collected.log(error.message, error.details, error.stack, JSON.stringify(error));
  collected.log(JSON.stringify({ ...error }), inspect({ ...error }, { depth: 10 }));
  for (let cause = error.cause; cause !== undefined && cause !== null; cause = cause.cause) {
    show(cause);
    collected.log(cause.message, cause.stack);
    collected.log(Object.getOwnPropertyDescriptors(Object(cause)));
  }
}

/** What has been shown since the last time; fails when a secret is in it. */
function checkShown() {
  const text = shown;
  shown = "";
  assert.notEqual(text, "");
  assert.deepEqual(secretsIn(text), [], text.slice(0, 4_000));
}

// ---------------------------------------------------------------------------------------- clients
/** Runs a method whose `fetch` answers as `answer` does, and shows how it ends. */
async function run(name, answer) {
  let active = async (url, options) =>
    new Response(healthyText({ method: options.method, path: new URL(url).pathname, body: "{}" }));
  const client = new Client("app", {
    region: "us",
    maxRetries: 0,
    fetch: (...args) => active(...args),
  });
  if (METHODS[name].needsSession) await client.login(SESSION_TOKEN);
  active = answer;
  try {
    const value = await METHODS[name].call(client);
    if (value !== undefined) show(value);
    show(client);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof CometChatException);
    showError(error);
    return error;
  }
}

/** The secret that a request carries. */
const secretOf = ({ headers }) => headers.apiKey ?? headers.authToken;

const EVERYTHING = Object.values(SECRETS).join(" ");

test("the search finds a secret, and a large part of one", () => {
  assert.deepEqual(secretsIn(`x${AUTH_KEY}x`), ["auth key"]);
  assert.deepEqual(secretsIn(SECRETS.jwt.slice(5, 25)), ["jwt"]);
  assert.deepEqual(secretsIn("user1"), []);
});

// ---------------------------------------------------------------------------------------- replies
const error = (fields, status = 401) => ({ status, text: JSON.stringify({ error: fields }) });

const ECHOES = {
  "the error's message": (secret) => error({ code: "X", message: `The key ${secret} is wrong.` }),
  "the error's developer message": (secret) =>
    error({ code: "X", message: "Wrong.", devMessage: `The ${secret} key` }),
  "the error's details": (secret) => error({ code: "X", message: "m", details: `for ${secret}` }),
  "the error's code": (secret) => error({ code: `ERR_${secret}`, message: "m" }),
  "a field's fault": (secret) =>
    error(
      { code: "ERR_BAD_REQUEST", message: "m", details: { apiKey: [`${secret} is wrong`] } },
      400,
    ),
  "a field's name": (secret) =>
    error({ code: "ERR_BAD_REQUEST", message: "m", details: { [secret]: ["is wrong"] } }, 400),
  "an HTML page": (secret) => ({ status: 502, text: `<html><p>apiKey: ${secret}</p></html>` }),
  "an HTML page, at its edge": (secret) => ({ status: 502, text: `${"<p> ".repeat(58)}${secret}` }),
  "a page of many words": (secret) => ({ status: 500, text: `${"a b ".repeat(20)}${secret}` }),
  "a query": (secret) => ({ status: 404, text: `Cannot GET /?apiKey=${secret}&x=1` }),
  "a JSON string": (secret) => ({ status: 500, text: JSON.stringify(`key ${secret}`) }),
  "data of the wrong type": (secret) => ({ status: 200, text: `{"data":"${secret}"}` }),
  "data without a uid": (secret) => ({ status: 200, text: `{"data":{"authToken":["${secret}"]}}` }),
  "all secrets at once": () => ({ status: 500, text: `<pre>${EVERYTHING}</pre>` }),
  "one secret on each line": () => ({ status: 200, text: EVERYTHING.replaceAll(" ", "\n") }),
};
for (const [where, echo] of Object.entries(ECHOES)) {
  test(`a reply that repeats the secret in ${where}`, async () => {
    for (const name of NAMES) {
      const failure = await run(name, async (_url, options) => {
        const { status, text } = echo(secretOf(options));
        return new Response(text, { status });
      });
      if (where !== "data without a uid" || name !== "logout") assert.ok(failure, name);
    }
    checkShown();
  });
}

test("a redirect to an address with the secret in it", async () => {
  for (const name of NAMES) {
    const failure = await run(name, async (_url, options) => ({
      status: 302,
      headers: new Headers({ location: `https://example.com/?key=${secretOf(options)}` }),
      text: async () => `Moved to https://example.com/?key=${secretOf(options)}`,
    }));
    assert.equal(failure.code, "INVALID_RESPONSE");
  }
  checkShown();
});

test("a login's reply that is cut off, wherever it is cut", async () => {
  const whole = JSON.stringify({ data: sessionUser(FRESH_TOKEN) });
  for (let end = 1; end < whole.length; end += 3) {
    const failure = await run("login", async (url) =>
      url.endsWith("/me")
        ? new Response(whole.slice(0, end))
        : new Response(JSON.stringify({ data: { authToken: FRESH_TOKEN } })),
    );
    assert.equal(failure.code, "INVALID_RESPONSE");
  }
  checkShown();
});

test("an auth token's reply that is cut off, or of another form", async () => {
  const whole = JSON.stringify({ data: { uid: "user1", authToken: FRESH_TOKEN, createdAt: 1 } });
  const texts = [
    ...Array.from({ length: whole.length - 1 }, (_, end) => whole.slice(0, end + 1)),
    JSON.stringify({ data: { uid: "user1", token: FRESH_TOKEN } }),
    JSON.stringify({ data: [FRESH_TOKEN] }),
    JSON.stringify({ data: FRESH_TOKEN }),
    JSON.stringify({ authToken: FRESH_TOKEN }),
  ];
  for (const text of texts) {
    const failure = await run("login", async () => new Response(text));
    assert.equal(failure.code, "INVALID_RESPONSE");
  }
  checkShown();
});

test("a login's second step whose error repeats the token that the first one gave", async () => {
  const failure = await run("login", async (url, { headers }) =>
    url.endsWith("/me")
      ? new Response(
          JSON.stringify({ error: { code: "X", message: `The token ${headers.authToken}` } }),
          { status: 401 },
        )
      : new Response(JSON.stringify({ data: { authToken: FRESH_TOKEN } })),
  );
  assert.equal(failure.code, "X");
  checkShown();
});

const AGAIN = {
  "its message": ({ message }) => new Response(JSON.stringify({ error: { code: "X", message } })),
  "what fetch throws": ({ message }) => {
    throw new Error("failed", { cause: { message } });
  },
};
for (const [where, answer] of Object.entries(AGAIN)) {
  test(`a login's second step that repeats the key of the first in ${where}`, async () => {
    const failure = await run("login", async (url, { headers }) =>
      url.endsWith("/me")
        ? answer({ message: `The key ${AUTH_KEY} gave ${headers.authToken}` })
        : new Response(JSON.stringify({ data: { authToken: FRESH_TOKEN } })),
    );
    assert.match(failure.message + failure.details, /The key \*\*\* gave \*\*\*/);
    checkShown();
  });
}

test("a token that holds the key, or is held by it, is masked as a whole", async () => {
  const message = async (authKey, authToken) => {
    const fetch = async (url) =>
      url.endsWith("/me")
        ? new Response(
            JSON.stringify({ error: { code: "X", message: `${authKey}, ${authToken}` } }),
          )
        : new Response(JSON.stringify({ data: { authToken } }));
    const client = new Client("app", { region: "us", maxRetries: 0, fetch });
    const failure = await client.login("user1", authKey).then(assert.fail, (failure) => failure);
    return failure.message;
  };
  assert.equal(await message("long-key", "token-long-key-1"), "***, ***");
  assert.equal(await message("token-long-key-1", "long-key"), "***, ***");
});

// ----------------------------------------------------------------------------------- foreign fetch
const hidden = (target, value) => Object.defineProperty(target, "hidden", { value });

const THROWN = {
  "its message": (secret) => new Error(`apiKey ${secret} refused`),
  "its text": (secret) => `apiKey ${secret} refused`,
  "its cause": (secret) => new TypeError("failed", { cause: new Error(`apiKey ${secret}`) }),
  "its cause's cause": (secret) =>
    new Error("a", { cause: new Error("b", { cause: { message: secret } }) }),
  "a text as its cause": (secret) => new Error("failed", { cause: secret }),
  "its fields": (secret, options) =>
    Object.assign(new Error("failed"), { config: options, secret }),
  "a field's name": (secret) => Object.assign(new Error("failed"), { [secret]: 1 }),
  "a cyclic field": (_secret, options) => {
    const request = { config: options };
    request.self = request;
    return Object.assign(new Error("failed"), { request });
  },
  "a field that JSON does not know": (secret) =>
    Object.assign(new Error("failed"), { request: { size: 1n, secret } }),
  "a field that is not enumerable": (secret) => hidden(new Error("failed"), secret),
  "a field under a symbol": (secret) =>
    Object.assign(new Error("failed"), { [Symbol("s")]: secret }),
  "an error in a field": (secret) =>
    Object.assign(new Error("failed"), { inner: new Error(`apiKey ${secret}`) }),
  "one of several errors": (secret) =>
    new AggregateError([new Error(`apiKey ${secret}`)], "failed"),
  "a map": (secret) => Object.assign(new Error("failed"), { held: new Map([["apiKey", secret]]) }),
  "a set": (secret) => Object.assign(new Error("failed"), { held: new Set([secret]) }),
  headers: (_secret, { headers }) =>
    Object.assign(new Error("failed"), { headers: new Headers(headers) }),
  "a request": (_secret, { method, headers }) =>
    Object.assign(new Error("failed"), {
      request: new Request("https://example.com", { method, headers }),
    }),
  "a function's field": (secret) =>
    Object.assign(new Error("failed"), { retry: Object.assign(() => {}, { secret }) }),
  "its name": (secret) => Object.assign(new Error("failed"), { name: secret }),
  "its stack": (secret) => Object.assign(new Error("failed"), { stack: `at fetch(${secret})` }),
  "an object that is no error": (_secret, options) => ({ code: "X", message: "failed", options }),
  "a failure of this package": (secret) =>
    new CometChatException({ code: "X", message: secret, details: secret }),
  "its own way to be shown": (secret) =>
    Object.assign(new Error("failed"), { [inspect.custom]: () => secret }),
  bytes: (secret) => Object.assign(new Error("failed"), { body: Buffer.from(secret) }),
};
for (const [where, make] of Object.entries(THROWN)) {
  test(`a fetch that throws the secret in ${where}`, async () => {
    for (const name of NAMES) {
      const failure = await run(name, (_url, options) => {
        throw make(secretOf(options), options);
      });
      assert.equal(failure.code, "FAILED_TO_FETCH");
    }
    checkShown();
  });
}

test("what fetch threw without a secret stays the cause", async () => {
  for (const cause of [
    new TypeError("fetch failed", {
      cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }),
    }),
    new AggregateError([new Error("::1"), new Error("127.0.0.1")], "all failed"),
    new DOMException("gone", "NetworkError"),
    "a text",
    { code: "X", nested: { list: [1, "two"] } },
  ]) {
    const failure = await run("createUser", () => Promise.reject(cause));
    assert.equal(failure.cause, cause);
  }
  checkShown();
});

// ------------------------------------------------------------------------------------------ inputs
test("keys and tokens that are refused are not repeated", async () => {
  const client = new Client("app", { region: "us" });
  for (const key of [
    `${AUTH_KEY}\r\nX: 1`,
    ` ${AUTH_KEY}`,
    `${AUTH_KEY}é`,
    [AUTH_KEY],
    { AUTH_KEY },
  ]) {
    for (const call of [
      client.createUser({ uid: "user1", name: "Kevin" }, key),
      client.updateUser({ uid: "user1" }, key),
      client.login("user1", key),
    ]) {
      const failure = await call.then(assert.fail, (failure) => failure);
      // An object as the second argument of `login` is taken for options.
      if (typeof key === "string") assert.equal(failure.code, "INVALID_AUTH_KEY");
      showError(failure);
    }
  }
  for (const token of [`${SESSION_TOKEN}\n`, `${SESSION_TOKEN} x`, [SESSION_TOKEN]]) {
    const failure = await client.login(token).then(assert.fail, (failure) => failure);
    assert.equal(failure.code, "INVALID_AUTH_TOKEN");
    showError(failure);
  }
  checkShown();
});

test("secrets in the place of other values are not repeated", async () => {
  const client = new Client("app", { region: "us" });
  for (const user of [
    { uid: `${AUTH_KEY} x`, name: "n" },
    { uid: "user1", name: "n", avatar: AUTH_KEY },
    { uid: "user1", name: AUTH_KEY.repeat(3) },
    { uid: "user1", name: "n", tags: AUTH_KEY },
    { uid: "user1", name: "n", metadata: AUTH_KEY },
    AUTH_KEY,
  ]) {
    showError(await client.createUser(user, AUTH_KEY).then(assert.fail, (failure) => failure));
  }
  for (const settings of [{ region: `${AUTH_KEY}!` }, { adminHost: `a b ${AUTH_KEY}` }, AUTH_KEY]) {
    const odd = new Client("app", settings);
    showError(await odd.createUser({}, AUTH_KEY).then(assert.fail, (failure) => failure));
  }
  checkShown();
});

// ------------------------------------------------------------------------------------------- users
test("a user is shown without what opens its session, alone or within something else", async () => {
  const user = new User(sessionUser(SESSION_TOKEN));
  show(user);
  show({ deep: { user } });
  show([user, [user]]);
  show(new Map([["user", user]]));
  show(new Error("with a user", { cause: user }));
  show(Object.assign(new Error("with a user"), { user }));
  checkShown();
  assert.equal(user.authToken, SESSION_TOKEN);
  assert.equal(JSON.parse(JSON.stringify(user)).authToken, SESSION_TOKEN);
});

test("the warning about a key in a page does not repeat it", async () => {
  Object.defineProperty(globalThis, "location", {
    configurable: true,
    value: { hostname: "example.com" },
  });
  try {
    await run("createUser", async () => new Response(healthyText({ path: "/users", body: "{}" })));
  } finally {
    delete globalThis.location;
  }
  assert.match(shown, /Auth Key in a web page/);
  checkShown();
});
