// Every fault that the suite knows: what goes wrong, and what each method is expected to make of it.
// The parent process reads from here how its server answers, the child how its client is set up.

import { Readable } from "node:stream";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { AUTH_KEY, SESSION_TOKEN, sessionUser } from "./secrets.mjs";
import { CHUNKED, chunked, healthy, healthyText, http, refusal } from "./server.mjs";

/**
 * What a call comes to.
 *
 * @typedef {object} Outcome
 * @property {string} [code] The error's code; absent when the call succeeds.
 * @property {number} [status] The error's HTTP status; absent when there has to be none.
 * @property {number} [requests] How many requests reach the server.
 * @property {number} [attempts] How many the error counts. Default: as many.
 * @property {number} [retryAfterMs]
 * @property {boolean} [landed] What `maybeCreated` says on a creation; by the code if absent.
 * @property {[number, number]} [takes] At least and at most so many milliseconds.
 */

/**
 * @typedef {object} Fault
 * @property {string} id
 * @property {string} group
 * @property {string} title
 * @property {(socket, request) => unknown} [answer] How the server answers; as the service if absent.
 * @property {(socket, request) => unknown} [elsewhere] A second server; its address is `request.elsewhere`.
 * @property {string} [url] An address to use in the server's place; "deserted" for one without a server.
 * @property {object} [settings] The client's.
 * @property {(real: typeof fetch) => typeof fetch} [fetch] What replaces `fetch`.
 * @property {"settings" | "global" | "init"} [through] Where it is given. Default "settings".
 * @property {{ when: string, reason: string }} [abort]
 * @property {(client, context) => unknown} [before] What happens before the call, and may give a
 *   function for what happens during it.
 * @property {() => object} [storage] What replaces `localStorage`.
 * @property {boolean} [everywhere] Whether a user is logged in also where the method needs none.
 * @property {Record<string, null>} [after] Who is logged in after the call, for some methods.
 * @property {boolean} [quiet] Whether the call shares its client, and so its requests, with another.
 * @property {Outcome} expect
 * @property {Record<string, Outcome>} [by] What is different for some methods.
 * @property {string[]} [methods] The methods it makes sense for. Default: all.
 * @property {boolean} [official] Whether the official SDK can meet it. Default: yes.
 */

/** @type {Fault[]} */
export const faults = [];

let group = "";

function fault(id, title, rest) {
  faults.push({ id, group, title, ...rest });
}

const RETRYABLE = [408, 429, 500, 502, 503, 504];
const requestsFor = (status) => (RETRYABLE.includes(status) ? 3 : 1);
/** Long enough for a busy machine to send the request, short enough to be waited for. */
const SHORT = { timeoutMs: 1_000 };
const TIMED_OUT = { code: "REQUEST_TIMEOUT", requests: 1, takes: [990, 4_000] };
const UNREACHED = { code: "FAILED_TO_FETCH", requests: 3 };
const SUCCESS = { requests: 1 };
const TWO_STEPS = { login: { requests: 2 } };
const resolves = { expect: SUCCESS, by: TWO_STEPS };

// ---------------------------------------------------------------------------------------- network
group = "Network";

fault("refused", "nobody listens at the address", {
  url: "deserted",
  expect: { ...UNREACHED, landed: false },
});
fault("dns", "the host's name is unknown", {
  url: "http://no-such-host.invalid",
  expect: { ...UNREACHED, landed: false },
});
fault("reset", "the connection is reset after the request", {
  answer: (socket) => socket.resetAndDestroy(),
  expect: UNREACHED,
});
fault("closed", "the connection is closed without a reply", {
  answer: (socket) => socket.end(),
  expect: UNREACHED,
});
fault("closed-in-headers", "the connection is closed within the headers", {
  answer: (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Ty"),
  expect: UNREACHED,
});
fault("reset-in-body", "the connection is reset within the body", {
  answer(socket, request) {
    const reply = http(200, healthyText(request));
    socket.write(reply.subarray(0, reply.length - 20), () => socket.resetAndDestroy());
  },
  expect: UNREACHED,
});
fault("not-http", "what comes back is no HTTP", {
  answer: (socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"),
  expect: UNREACHED,
});
fault("huge-headers", "the headers do not end", {
  answer: (socket) => socket.end(http(200, "{}", { "X-Filler": "x".repeat(200_000) })),
  expect: UNREACHED,
});
fault("half-body", "the body is shorter than its Content-Length", {
  answer(socket, request) {
    const text = healthyText(request);
    socket.end(http(200, text, { "Content-Length": text.length + 100 }));
  },
  expect: UNREACHED,
});
fault("half-chunks", "the connection is reset within a chunk of the body", {
  answer(socket, request) {
    const head = http(200, "", { ...CHUNKED, Connection: undefined });
    const body = chunked(healthyText(request));
    const reply = Buffer.concat([head, body.subarray(0, body.length - 30)]);
    socket.write(reply, () => socket.resetAndDestroy());
  },
  expect: UNREACHED,
});
fault("broken-gzip", "the body is not the gzip that its header announces", {
  answer: (socket) => socket.end(http(200, '{"data":{}}', { "Content-Encoding": "gzip" })),
  expect: UNREACHED,
});
fault("stall", "no reply comes", {
  answer() {},
  settings: SHORT,
  expect: TIMED_OUT,
});
fault("stall-in-headers", "the reply stops within its headers", {
  answer: (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Ty"),
  settings: SHORT,
  expect: TIMED_OUT,
});
fault("stall-before-body", "the reply stops after its headers", {
  answer: (socket) => socket.write(http(200, "", { "Content-Length": 1000 })),
  settings: SHORT,
  expect: TIMED_OUT,
});
fault("stall-in-body", "the reply stops within its body", {
  answer(socket, request) {
    const reply = http(200, healthyText(request));
    socket.write(reply.subarray(0, reply.length - 20));
  },
  settings: SHORT,
  expect: TIMED_OUT,
});
fault("endless-drip", "the body comes a byte at a time and does not end", {
  answer: (socket) => drip(socket, http(200, "", { "Content-Length": 1_000_000 }), " ".repeat(1e6)),
  settings: SHORT,
  expect: TIMED_OUT,
});
fault("slow-drip", "a good reply comes a byte at a time", {
  answer: (socket, request) => drip(socket, http(200, healthyText(request))),
  ...resolves,
});
fault("large", "a good reply of 300 KB", {
  answer: (socket, request) =>
    socket.end(http(200, healthyText(request, { filler: "x".repeat(300_000) }))),
  ...resolves,
});
fault("too-large", "a reply of 4 MB", {
  answer: (socket, request) =>
    socket.end(http(200, healthyText(request, { filler: "x".repeat(4_000_000) }))),
  expect: { code: "INVALID_RESPONSE", status: 200, requests: 1 },
});
fault("too-large-chunked", "a reply of 4 MB that does not announce its length", {
  answer(socket, request) {
    socket.write(http(200, "", CHUNKED));
    socket.end(chunked(healthyText(request, { filler: "x".repeat(4_000_000) })));
  },
  expect: { code: "INVALID_RESPONSE", status: 200, requests: 1 },
});
fault("too-large-502", "status 502 with a page of 4 MB", {
  answer: (socket) =>
    socket.end(http(502, "<p>".repeat(1_300_000), { "Content-Type": "text/html" })),
  expect: { code: "INVALID_RESPONSE", status: 502, requests: 3 },
});
fault("gzip-bomb", "a reply of 30 KB that unpacks to 30 MB", {
  answer: (socket) =>
    socket.end(http(200, gzipSync(Buffer.alloc(3e7, " ")), { "Content-Encoding": "gzip" })),
  expect: { code: "INVALID_RESPONSE", status: 200, requests: 1 },
});

/** Sends bytes one by one, as long as somebody listens. */
function drip(socket, ...parts) {
  const all = Buffer.concat(parts.map((part) => Buffer.from(part)));
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < all.length) socket.write(all.subarray(sent, ++sent));
    else socket.end();
  }, 2);
  socket.setNoDelay(true).once("close", () => clearInterval(timer));
}

// -------------------------------------------------------------------------------------- redirects
group = "Redirects to another server";

// Node does not tell the status.
const REFUSED = {
  code: "INVALID_RESPONSE",
  message: /^fetch refused the reply from /,
  status: undefined,
  requests: 1,
};
for (const status of [301, 302, 303, 307, 308]) {
  fault(`redirect-${status}`, `status ${status}`, {
    answer: (socket, request) =>
      socket.end(
        http(status, "", { Location: `${request.elsewhere}/${request.caller}/elsewhere` }),
      ),
    elsewhere: healthy,
    expect: REFUSED,
  });
}
fault("redirect-loop", "status 302 back to the same address", {
  answer: (socket, request) =>
    socket.end(http(302, "", { Location: `/${request.caller}${request.path}` })),
  expect: REFUSED,
});
fault("redirect-large", "status 302 with a page of 4 MB", {
  answer: (socket, request) =>
    socket.end(
      http(302, "x".repeat(4e6), { Location: `${request.elsewhere}/${request.caller}/elsewhere` }),
    ),
  elsewhere: healthy,
  expect: REFUSED,
});

// ----------------------------------------------------------------------------------- status codes
const PAGE =
  "<!doctype html><html><head><title>Error</title></head><body><h1>Error</h1></body></html>";
const HTML = { "Content-Type": "text/html" };
const STATUSES = [
  400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 413, 415, 418, 422, 429, 451, 500, 501, 502,
  503, 504,
];
/** The official SDK looks at no status: a few of them say enough about it. */
const OFFICIAL = [200, 400, 429, 500, 503];
/** The code of a reply that is not the service's: a 429 says what it means by its status alone. */
const codeFor = (status) => (status === 429 ? "ERR_TOO_MANY_REQUESTS" : "INVALID_RESPONSE");

group = "An error status with the service's error object";
for (const status of STATUSES) {
  fault(`envelope-${status}`, `status ${status}`, {
    answer: (socket) => socket.end(http(status, refusal("ERR_MADE_UP"))),
    expect: { code: "ERR_MADE_UP", status, requests: requestsFor(status) },
    official: OFFICIAL.includes(status),
  });
}

group = "An error status with an HTML page";
for (const status of STATUSES) {
  fault(`html-${status}`, `status ${status}`, {
    answer: (socket) => socket.end(http(status, PAGE, HTML)),
    expect: { code: codeFor(status), status, requests: requestsFor(status) },
    official: OFFICIAL.includes(status),
  });
}

group = "An error status with an empty body";
for (const status of STATUSES) {
  fault(`empty-${status}`, `status ${status}`, {
    answer: (socket) => socket.end(http(status)),
    expect: { code: codeFor(status), status, requests: requestsFor(status) },
    official: OFFICIAL.includes(status),
  });
}

// ----------------------------------------------------------------------------------------- bodies
const BODIES = {
  truncated: ["truncated JSON", '{"data":{"uid":"user1","name":"Kev'],
  "json-string": ["a JSON string", '"oops"'],
  "json-array": ["a JSON array", '[{"data":{}}]'],
  "json-number": ["a JSON number", "5"],
  "json-null": ["JSON null", "null"],
  "json-object": ["an empty JSON object", "{}"],
  "data-null": ["`data: null`", '{"data":null}'],
  "data-array": ["`data` as an array", '{"data":[]}'],
  "data-string": ["`data` as a string", '{"data":"user1"}'],
  "data-number": ["`data` as a number", '{"data":5}'],
  "error-string": ["`error` as a string", '{"error":"oops"}'],
  "error-empty": ["`error: {}`", '{"error":{}}'],
  "error-null": ["`error: null`", '{"error":null}'],
  "error-number-code": ["`error.code` as a number", '{"error":{"code":5,"message":"oops"}}'],
};
for (const status of [200, 400, 500]) {
  group = `Status ${status} with another body`;
  for (const [id, [title, body]] of Object.entries(BODIES)) {
    fault(`${id}-${status}`, title, {
      answer: (socket) => socket.end(http(status, body)),
      expect: { code: "INVALID_RESPONSE", status, requests: requestsFor(status) },
      official: status !== 400,
    });
  }
  fault(`not-utf8-${status}`, "invalid UTF-8", {
    answer: (socket) => socket.end(http(status, Buffer.from([0x7b, 0x22, 0xff, 0xc3, 0x28]))),
    expect: { code: "INVALID_RESPONSE", status, requests: requestsFor(status) },
  });
}
group = "Status 200 with another body";
const INVALID = { code: "INVALID_RESPONSE", status: 200, requests: 1 };
fault("html-200", "an HTML page", {
  answer: (socket) => socket.end(http(200, PAGE, HTML)),
  expect: INVALID,
});
fault("empty-200", "an empty body", {
  answer: (socket) => socket.end(http(200)),
  expect: INVALID,
});
fault("error-200", "the service's error object", {
  answer: (socket) => socket.end(http(200, refusal("ERR_MADE_UP"))),
  expect: { code: "ERR_MADE_UP", status: 200, requests: 1 },
});
fault("error-and-data-200", "an error object beside good data", {
  answer: (socket, request) =>
    socket.end(http(200, `{"error":{"code":"ERR_MADE_UP"},${healthyText(request).slice(1)}`)),
  expect: { code: "ERR_MADE_UP", status: 200, requests: 1 },
});
fault("wrong-types-200", "data of wrong types", {
  answer: (socket) =>
    socket.end(http(200, '{"data":{"uid":5,"name":{},"tags":"x","metadata":[1],"authToken":[]}}')),
  expect: INVALID,
  // Whatever the service says of a session that it ended is as good as any other.
  by: { logout: SUCCESS },
});
fault("null-fields-200", "data without a uid, and with null in each field", {
  answer: (socket) => socket.end(http(200, '{"data":{"uid":null,"name":null,"authToken":null}}')),
  expect: INVALID,
  by: { logout: SUCCESS },
});
fault("proto-200", "good data with `__proto__` and `constructor` keys", {
  answer: (socket, request) => {
    const text = healthyText(request).replace(
      '{"data":{',
      '{"__proto__":{"polluted":1},"data":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
    );
    socket.end(http(200, text));
  },
  ...resolves,
});
fault("bom-200", "good data after a byte order mark", {
  answer: (socket, request) => socket.end(http(200, `\ufeff${healthyText(request)}`)),
  ...resolves,
});
fault("text-plain-200", "good data as text/plain", {
  answer: (socket, request) =>
    socket.end(http(200, healthyText(request), { "Content-Type": "text/plain" })),
  ...resolves,
});
fault("extra-fields-200", "good data with unknown fields", {
  answer: (socket, request) => socket.end(http(200, healthyText(request, { shoeSize: [43] }))),
  ...resolves,
});
fault("lone-surrogates-200", "good data with halves of characters", {
  answer: (socket, request) =>
    socket.end(http(200, healthyText(request).replace('{"data":{', '{"data":{"odd":"\\ud800",'))),
  ...resolves,
});

group = "Good data under another status";
for (const status of [201, 202, 203, 400, 404, 500, 503]) {
  fault(`data-${status}`, `status ${status}`, {
    answer: (socket, request) => socket.end(http(status, healthyText(request))),
    ...(status === 201
      ? resolves
      : { expect: { code: "INVALID_RESPONSE", status, requests: requestsFor(status) } }),
  });
}
for (const status of [204, 205, 304]) {
  fault(`no-content-${status}`, `status ${status}, which has no body`, {
    answer: (socket) => socket.end(http(status, "", { "Content-Length": undefined })),
    expect: { code: "INVALID_RESPONSE", status, requests: 1 },
  });
}

// ---------------------------------------------------------------------------------------- retries
group = "Retries";

const TOO_MANY = refusal("ERR_TOO_MANY_REQUESTS", "Too many requests.");
const limited = (retryAfter) => (socket) =>
  socket.end(http(429, TOO_MANY, { "Retry-After": retryAfter() }));
const once = (fails) => (socket, request) =>
  request.count === 1 ? fails(socket, request) : healthy(socket, request);
const SECOND_TRY = { expect: { requests: 2 }, by: { login: { requests: 3 } } };
/** An HTTP date counts whole seconds: two from now is more than one. */
const inTwoSeconds = () => new Date(Date.now() + 2_000).toUTCString();

fault("reset-then-success", "the connection is reset, then a good reply", {
  answer: once((socket) => socket.resetAndDestroy()),
  ...SECOND_TRY,
});
fault("503-then-success", "status 503, then a good reply", {
  answer: once((socket) => socket.end(http(503, PAGE, HTML))),
  ...SECOND_TRY,
});
fault("429-seconds", "status 429 with Retry-After: 1, then a good reply", {
  answer: once(limited(() => "1")),
  expect: { requests: 2, takes: [990, 4_000] },
  by: { login: { requests: 3, takes: [990, 4_000] } },
});
fault("429-date", "status 429 with an HTTP date as Retry-After, then a good reply", {
  answer: once(limited(inTwoSeconds)),
  expect: { requests: 2, takes: [900, 5_000] },
  by: { login: { requests: 3, takes: [900, 5_000] } },
});
fault("429-past-date", "status 429 with a Retry-After in the past, then a good reply", {
  answer: once(limited(() => "Wed, 21 Oct 2015 07:28:00 GMT")),
  ...SECOND_TRY,
});
fault("429-nonsense", "status 429 with a Retry-After that means nothing", {
  answer: limited(() => "soon, perhaps"),
  expect: { code: "ERR_TOO_MANY_REQUESTS", status: 429, requests: 3 },
});
fault("429-too-long", "status 429 with a Retry-After beyond the time limit", {
  answer: limited(() => "3600"),
  expect: {
    code: "ERR_TOO_MANY_REQUESTS",
    status: 429,
    requests: 1,
    retryAfterMs: 3_600_000,
    takes: [0, 2_500],
  },
});
fault("429-far-too-long", "status 429 with a Retry-After of 20 digits", {
  answer: limited(() => "99999999999999999999"),
  expect: {
    code: "ERR_TOO_MANY_REQUESTS",
    status: 429,
    requests: 1,
    retryAfterMs: 4_294_967_295_000,
    takes: [0, 2_500],
  },
});
fault("maxRetries-0", "status 503, and no retries are wanted", {
  answer: (socket) => socket.end(http(503)),
  settings: { maxRetries: 0 },
  expect: { code: "INVALID_RESPONSE", status: 503, requests: 1 },
  official: false,
});
fault("backoff-beyond-limit", "status 503 with a Retry-After that ends after the time limit", {
  answer: (socket) => socket.end(http(503, refusal("ERR_DOWN"), { "Retry-After": "2" })),
  settings: { timeoutMs: 1_500 },
  expect: { code: "ERR_DOWN", status: 503, requests: 1, retryAfterMs: 2_000, takes: [0, 2_500] },
  official: false,
});
const EXISTS = refusal("ERR_UID_ALREADY_EXISTS", "The uid user1 already exists.");
fault("first-try-landed", "the first creation is cut off, the second meets its user", {
  methods: ["createUser"],
  answer: (socket, request) =>
    request.count === 1 ? socket.resetAndDestroy() : socket.end(http(400, EXISTS)),
  expect: { code: "ERR_UID_ALREADY_EXISTS", status: 400, requests: 2, landed: true },
});
fault("refused-then-exists", "the first creation meets a 429, the second another's user", {
  methods: ["createUser"],
  answer: (socket, request) =>
    request.count === 1 ? limited(() => "0")(socket) : socket.end(http(400, EXISTS)),
  expect: { code: "ERR_UID_ALREADY_EXISTS", status: 400, requests: 2, landed: false },
});
fault("exists", "the user is there already", {
  methods: ["createUser"],
  answer: (socket) => socket.end(http(400, EXISTS)),
  expect: { code: "ERR_UID_ALREADY_EXISTS", status: 400, requests: 1, landed: false },
});

// ------------------------------------------------------------------------------ login's second step
group = "In the second step of a login";

const secondStep = (fails) => (socket, request) =>
  request.path.endsWith("/me") ? fails(socket, request) : healthy(socket, request);
const SECOND_STEP = { methods: ["login"] };

fault("second-step-reset", "the connection is reset", {
  ...SECOND_STEP,
  answer: secondStep((socket) => socket.resetAndDestroy()),
  expect: { code: "FAILED_TO_FETCH", requests: 4, attempts: 3 },
});
fault("second-step-stall", "no reply comes", {
  ...SECOND_STEP,
  answer: secondStep(() => {}),
  settings: SHORT,
  expect: { ...TIMED_OUT, requests: 2, attempts: 1 },
});
fault("second-step-html", "an HTML page comes", {
  ...SECOND_STEP,
  answer: secondStep((socket) => socket.end(http(200, PAGE, HTML))),
  expect: { ...INVALID, requests: 2, attempts: 1 },
});
fault("second-step-null", "`data: null` comes", {
  ...SECOND_STEP,
  answer: secondStep((socket) => socket.end(http(200, '{"data":null}'))),
  expect: { ...INVALID, requests: 2, attempts: 1 },
});
fault("second-step-refused", "the service does not know its own token", {
  ...SECOND_STEP,
  answer: secondStep((socket) => socket.end(http(401, refusal("AUTH_ERR_AUTH_TOKEN_NOT_FOUND")))),
  expect: { code: "AUTH_ERR_AUTH_TOKEN_NOT_FOUND", status: 401, requests: 2, attempts: 1 },
});

// ----------------------------------------------------------------------------------- foreign fetch
group = "A foreign `fetch`";

const NOT_A_RESPONSE = { code: "INVALID_RESPONSE", attempts: 1 };
const THROWN = { code: "FAILED_TO_FETCH", attempts: 3 };

/** The text of a good reply to a call of `fetch`. */
const goodText = (url, { method, body = "" }) =>
  healthyText({ method, path: new URL(url).pathname, body });

const FOREIGN = {
  throws: ["throws at once", THROWN, () => () => thrown(new Error("fetch is broken"))],
  "throws-undefined": ["throws undefined at once", THROWN, () => () => thrown(undefined)],
  "rejects-error": ["rejects with an Error", THROWN, () => async () => thrown(new Error("no"))],
  "rejects-string": ["rejects with a string", THROWN, () => () => Promise.reject("no")],
  "rejects-null": ["rejects with null", THROWN, () => () => Promise.reject(null)],
  "rejects-undefined": ["rejects with undefined", THROWN, () => () => Promise.reject()],
  "rejects-symbol": ["rejects with a symbol", THROWN, () => () => Promise.reject(Symbol("no"))],
  "rejects-bare": [
    "rejects with a frozen object without a prototype",
    THROWN,
    () => () => Promise.reject(Object.freeze(Object.create(null))),
  ],
  "returns-undefined": ["returns undefined", NOT_A_RESPONSE, () => () => undefined],
  "returns-null": ["returns null", NOT_A_RESPONSE, () => async () => null],
  "returns-number": ["returns 200", NOT_A_RESPONSE, () => async () => 200],
  "returns-string": ["returns a string", NOT_A_RESPONSE, () => async () => '{"data":{}}'],
  "returns-empty": ["returns `{}`", NOT_A_RESPONSE, () => async () => ({})],
  "returns-bigint-status": [
    "returns a response whose status is a BigInt",
    NOT_A_RESPONSE,
    () => async (url, options) => ({ status: 200n, text: async () => goodText(url, options) }),
  ],
  "returns-symbol-status": [
    "returns a response whose status is a symbol",
    NOT_A_RESPONSE,
    () => async (url, options) => ({ status: Symbol(), text: async () => goodText(url, options) }),
  ],
  "returns-throwing": [
    "returns an object all of whose properties throw",
    NOT_A_RESPONSE,
    () => () =>
      new Proxy(
        {},
        {
          get(_target, key) {
            if (key === "then") return undefined;
            throw new Error(`${String(key)} is not for you`);
          },
        },
      ),
  ],
  "thenable-throws": [
    "returns an object whose `then` throws",
    THROWN,
    () => () => ({
      // biome-ignore lint/suspicious/noThenProperty: it is what this fault is about.
      get then() {
        throw new Error("then is broken");
      },
    }),
  ],
  "promise-constructor-throws": [
    "returns a promise whose `constructor` throws",
    THROWN,
    (real) => (url, options) =>
      Object.defineProperty(real(url, options), "constructor", {
        get() {
          throw new Error("constructor is broken");
        },
      }),
  ],
  "body-rejects": [
    "returns a response whose body cannot be read",
    THROWN,
    () => async () => ({ status: 200, text: () => Promise.reject(new Error("unreadable")) }),
  ],
  "body-throws": [
    "returns a response whose `text` throws",
    THROWN,
    () => async () => ({ status: 200, text: () => thrown("unreadable") }),
  ],
  "body-not-text": [
    "returns a response whose `text` gives no string",
    { code: "INVALID_RESPONSE", status: 200, attempts: 1 },
    () => async () => ({ status: 200, text: async () => ({}) }),
  ],
  "json-rejects": [
    "returns a response whose `json` rejects",
    THROWN,
    () => async () => ({ status: 200, json: () => Promise.reject(new SyntaxError("bad")) }),
  ],
  "json-cyclic": [
    "returns a response whose `json` gives a cycle",
    { code: "INVALID_RESPONSE", status: 200, attempts: 1 },
    () => async () => {
      const cyclic = { data: {} };
      cyclic.data.self = cyclic;
      return { status: 200, json: async () => cyclic };
    },
  ],
};
for (const [id, [title, expect, fetch]] of Object.entries(FOREIGN)) {
  fault(`fetch-${id}`, title, { fetch, expect });
}

const STAND_INS = {
  "plain-text": [
    "returns a plain object with `status` and `text`",
    () => async (url, options) => ({ status: 200, text: async () => goodText(url, options) }),
  ],
  "plain-text-sync": [
    "returns at once a plain object whose `text` gives a string",
    () => (url, options) => ({ status: 200, text: () => goodText(url, options) }),
  ],
  "plain-json": [
    "returns a plain object with `status` and `json`",
    () => async (url, options) => ({
      status: 200,
      json: async () => JSON.parse(goodText(url, options)),
    }),
  ],
  "plain-buffer": [
    "returns a plain object with `status` and `arrayBuffer`",
    () => async (url, options) => ({
      status: 200,
      headers: { get: () => null },
      arrayBuffer: async () => new TextEncoder().encode(goodText(url, options)).buffer,
    }),
  ],
  thenable: [
    "returns a thenable that is no promise",
    (real) => (url, options) => ({
      // biome-ignore lint/suspicious/noThenProperty: it is what this stand-in is about.
      then: (resolve, reject) => void real(url, options).then(resolve, reject),
    }),
  ],
  realm: [
    "is of another realm, with its own Promise, Response and ArrayBuffer",
    () => {
      const realm = runInNewContext(
        `({ fetch: async (text) => ({
              status: 200,
              headers: { get: () => null },
              arrayBuffer: async () => Uint8Array.from(text, (c) => c.charCodeAt(0)).buffer,
            }) })`,
      );
      return (url, options) => realm.fetch(goodText(url, options));
    },
  ],
  "realm-json": [
    "is of another realm, and gives its own objects",
    () => {
      const realm = runInNewContext(
        "({ fetch: async (text) => ({ status: 200, json: async () => JSON.parse(text) }) })",
      );
      return (url, options) => realm.fetch(goodText(url, options));
    },
  ],
  wrapped: [
    "is the real one, wrapped",
    (real) =>
      (...args) =>
        real(...args),
  ],
  "node-stream": [
    "returns a response made of a Node stream",
    () => async (url, options) =>
      new Response(Readable.toWeb(Readable.from([Buffer.from(goodText(url, options))]))),
  ],
};
for (const [id, [title, fetch]] of Object.entries(STAND_INS)) {
  fault(`fetch-${id}`, title, { fetch, expect: { attempts: 1 } });
}
fault("fetch-init", "is given in `init({ fetch })`", {
  fetch: STAND_INS["plain-json"][1],
  through: "init",
  expect: {},
});
fault("fetch-init-throws", "is given in `init({ fetch })` and throws at once", {
  fetch: FOREIGN.throws[2],
  through: "init",
  expect: THROWN,
});
fault("fetch-global", "takes the place of the global one", {
  fetch: STAND_INS["plain-json"][1],
  through: "global",
  expect: {},
});
fault("fetch-global-throws", "takes the place of the global one and throws at once", {
  fetch: FOREIGN.throws[2],
  through: "global",
  expect: THROWN,
});
fault("fetch-missing", "is not there at all", {
  fetch: () => undefined,
  through: "global",
  expect: THROWN,
});
const NEVER = {
  settles: ["never settles", () => () => new Promise(() => {})],
  "settles-thenable": [
    "returns a thenable that never settles",
    // biome-ignore lint/suspicious/noThenProperty: it is what this fault is about.
    () => () => ({ then() {} }),
  ],
  "settles-text": [
    "returns a response whose body never ends",
    () => async () => ({ status: 200, text: () => new Promise(() => {}) }),
  ],
  "heeds-abort": [
    "never settles and pays no heed to the signal",
    (real) => (url, options) =>
      real(url, { ...options, signal: undefined }).then(() => new Promise(() => {})),
  ],
};
for (const [id, [title, fetch]] of Object.entries(NEVER)) {
  fault(`fetch-never-${id}`, title, {
    fetch,
    settings: SHORT,
    expect: { code: "REQUEST_TIMEOUT", attempts: 1, takes: [990, 4_000] },
  });
}

function thrown(value) {
  throw value;
}

// ------------------------------------------------------------------------------------------ aborts
const REASONS = { error: "an Error", string: "a string", undefined: "no reason" };
const PLACES = {
  before: ["before the call", {}, 0],
  request: ["while the request is under way", { answer() {} }, 1],
  body: [
    "while the body is read",
    { answer: (socket) => socket.write(http(200, '{"data":', { "Content-Length": 1000 })) },
    1,
  ],
  backoff: [
    "between two tries",
    { answer: (socket) => socket.end(http(503, "", { "Retry-After": "5" })) },
    1,
  ],
};
group = "The caller's signal aborts";
for (const [when, [place, server, attempts]] of Object.entries(PLACES)) {
  for (const [reason, name] of Object.entries(REASONS)) {
    fault(`abort-${when}-${reason}`, `${place}, with ${name}`, {
      ...server,
      abort: { when, reason },
      // Longer than any abort may take, so that it is not the limit that ends the call.
      settings: { timeoutMs: 20_000 },
      expect: { code: "REQUEST_ABORTED", attempts, takes: [0, 2_500] },
      official: false,
    });
  }
}

// ---------------------------------------------------------------------------------------- sessions
group = "Sessions";

const NOT_LOGGED_IN = { code: "USER_NOT_LOGGED_IN", attempts: 0 };
const WITHOUT_SESSION = {
  updateCurrentUserDetails: NOT_LOGGED_IN,
  logout: NOT_LOGGED_IN,
  getUser: NOT_LOGGED_IN,
};
const STORED = { storage: "local", sessionName: "faults" };
/** Nobody is logged in any more. */
const ENDED = { updateCurrentUserDetails: null, logout: null, getUser: null };

fault("not-logged-in", "nobody is logged in", {
  before: (client, { hasSession }) => hasSession && client.logout(),
  expect: SUCCESS,
  by: { ...TWO_STEPS, ...WITHOUT_SESSION },
});
fault("expired", "the service no longer knows the session", {
  answer: (socket) =>
    socket.end(http(401, refusal("AUTH_ERR_AUTH_TOKEN_NOT_FOUND", "The token does not exist."))),
  expect: { code: "AUTH_ERR_AUTH_TOKEN_NOT_FOUND", status: 401, requests: 1 },
  by: { logout: SUCCESS },
  after: ENDED,
});
fault("concurrent-login", "a login of another user has not ended", {
  before: (client, { during }) => {
    during(client.login("user2", AUTH_KEY));
  },
  expect: { code: undefined },
  by: { login: { code: "LOGIN_IN_PROGRESS", attempts: 0 } },
  quiet: true,
});
fault("other-user", "another user is logged in", {
  before: (client, { login }) => login(client, "user2", `user2_${SESSION_TOKEN.slice(6)}`),
  ...resolves,
  by: TWO_STEPS,
});
fault("logout-during", "the session is ended while the call is under way", {
  before: async (client, { hasSession, instead }) => {
    if (hasSession) instead(() => client.logout());
  },
  expect: {},
  after: ENDED,
  quiet: true,
});
fault("storage-throws", "the storage throws at every touch (private mode)", {
  settings: STORED,
  storage: () => {
    const refuse = () => thrown(new DOMException("The operation is insecure.", "SecurityError"));
    return { getItem: refuse, setItem: refuse, removeItem: refuse };
  },
  ...resolves,
});
fault("storage-absent", "reading `localStorage` itself throws", {
  settings: STORED,
  storage: () => thrown(new DOMException("The operation is insecure.", "SecurityError")),
  ...resolves,
});
fault("storage-full", "the storage is full", {
  settings: STORED,
  storage: () => ({
    getItem: () => null,
    setItem: () => thrown(new DOMException("The quota is exceeded.", "QuotaExceededError")),
    removeItem() {},
  }),
  ...resolves,
});
for (const [id, title, text] of [
  ["cut", "the stored session is cut off", '{"uid":"user1","authToken":"user1_16'],
  ["string", "the stored session is a JSON string", '"user1"'],
  ["array", "the stored session is a JSON array", "[]"],
  ["null", "the stored session is JSON null", "null"],
  ["types", "the stored session has wrong types", '{"uid":5,"authToken":{}}'],
  ["empty", "the stored session is empty", ""],
  ["no-token", "the stored session has no token", '{"uid":"user1","authToken":""}'],
  [
    "line-break",
    "the stored session has a line break in its token",
    JSON.stringify({ ...sessionUser("user1\r\nX-Injected: 1") }),
  ],
]) {
  fault(`stored-${id}`, title, {
    settings: STORED,
    before: (_client, { stored }) => stored(text),
    expect: SUCCESS,
    by: { ...TWO_STEPS, ...WITHOUT_SESSION },
    everywhere: true,
    after: ENDED,
    official: false,
  });
}
fault("other-tab-logout", "another tab has logged out", {
  settings: STORED,
  before: (_client, { stored }) => stored(undefined),
  expect: SUCCESS,
  by: { ...TWO_STEPS, ...WITHOUT_SESSION },
  everywhere: true,
  after: ENDED,
  official: false,
});
