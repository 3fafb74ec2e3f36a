// One exchange with the service, on JavaScript's side: from `fetch` to the reply's text. Doing these steps in
// Rust costs 40 more wasm/JS crossings and two more promises. What a reply means, and whether to try again,
// is decided in Rust. `fetch` may be a replacement, and return or throw any value.

import { get, stringify } from "./look.js";

/**
 * @typedef {object} Reply
 * @property {number} status 0 where there is none.
 * @property {unknown} type
 * @property {unknown} headers
 * @property {string | undefined} text Absent where there is a flaw.
 * @property {string} flaw `absent` where no reply came, `size`, `encoding`, or empty.
 * @property {unknown} thrown Why no reply came.
 */

/** @type {TextDecoder | undefined} */
let decoder;

const CHANNELS = "node:diagnostics_channel";

/**
 * @typedef {(told: any) => void} Listener
 * @typedef {{ subscribe(listener: Listener): void, unsubscribe(listener: Listener): void }} Channel
 * @typedef {object} NodeProcess
 * @property {{ undici?: string }} versions
 * @property {(name: string) => { channel(name: string): Channel }} [getBuiltinModule]
 */

/**
 * Sends a request and reads the whole reply. Never throws.
 *
 * @param {typeof fetch | undefined} replacement Takes the place of the global `fetch`.
 * @param {typeof fetch | undefined} current The global `fetch` at the moment of the call, so that a test's
 *   replacement is used even when the test has removed it since.
 * @param {string} url
 * @param {string} method
 * @param {string} appId
 * @param {string} credential The name of the header that carries the secret.
 * @param {string} secret
 * @param {string | undefined} body JSON.
 * @param {number} largest How many bytes a reply may have.
 * @param {(address: number, reply: Reply) => void} callback
 * @param {number} address What it is given with the reply.
 * @returns {AbortController | undefined} Stops it; undefined in environments without (older test doms).
 */
export function exchange(
  replacement,
  current,
  url,
  method,
  appId,
  credential,
  secret,
  body,
  largest,
  callback,
  address,
) {
  // Plain objects all through: a replacement may not know this realm's `Request` and `Headers`.
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", appId, [credential]: secret };
  /** @type {RequestInit} */
  const options = { method, headers, redirect: redirectMode(replacement) };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    options.body = body;
  }
  let controller;
  try {
    controller = new AbortController();
    options.signal = controller.signal;
  } catch {}
  send(replacement ?? current, url, options, largest).then((reply) => callback(address, reply));
  return controller;
}

/**
 * @param {typeof fetch | undefined} given
 * @param {string} url
 * @param {RequestInit} options
 * @param {number} largest
 */
async function send(given, url, options, largest) {
  /** @type {Reply} */
  const reply = {
    status: 0,
    type: "",
    headers: undefined,
    text: "",
    flaw: "",
    thrown: undefined,
  };
  const isWatched = options.redirect === "error";
  try {
    if (isWatched) watch();
    const response = await (given ?? fetch)(url, options);
    const status = get(response, "status");
    if (typeof status === "number") reply.status = status;
    reply.type = get(response, "type");
    reply.headers = get(response, "headers");
    await receive(response, reply, largest);
  } catch (thrown) {
    fail(reply, "absent");
    reply.thrown = thrown;
    if (isRefusedRedirect(thrown)) {
      reply.type = "opaqueredirect";
      if (redirected && redirected.url === new URL(url).href) reply.status = redirected.status;
    }
  }
  if (isWatched) unwatch();
  return reply;
}

/**
 * Where Node reports the replies that its own `fetch` (undici) gets; null where it does not.
 *
 * @type {Channel | null | undefined}
 */
let replies;
let isWatching = false;
let underWay = 0;

/** The redirect that was reported last. @type {{ url: string, status: number } | undefined} */
let redirected;

/**
 * How `fetch` is told not to follow a redirect, which would carry the credential elsewhere and may turn a
 * POST into a GET. With `manual`, Node's own keeps a copy of each request's body, which takes a sixth of
 * its time. With `error` it does not, and drops the status, which its channel reports. With a
 * browser's, `error` does not tell a redirect from a broken connection, and Cloudflare's does not begin.
 * A page that runs beside Node, as in Electron, has a browser's; what a replacement does is not known.
 *
 * @param {typeof fetch | undefined} replacement
 * @returns {RequestRedirect}
 */
function redirectMode(replacement) {
  if (replacement || get(globalThis, "location")) return "manual";
  if (replies === undefined) {
    replies = null;
    // What imitates Node elsewhere may throw where it has nothing.
    try {
      const { process } = /** @type {{ process?: NodeProcess }} */ (globalThis);
      const channels = process?.versions.undici && process.getBuiltinModule?.(CHANNELS);
      if (channels) replies = channels.channel("undici:request:headers");
    } catch {}
  }
  return replies ? "error" : "manual";
}

/** Listens while calls are under way, and no longer: a subscriber is never freed. */
function watch() {
  underWay += 1;
  if (isWatching) return;
  isWatching = true;
  replies.subscribe(note);
}

function unwatch() {
  underWay -= 1;
  // Not at once: the next call often begins when the last has ended, and to begin takes a while.
  if (underWay > 0) return;
  try {
    setImmediate(rest);
  } catch {
    rest();
  }
}

function rest() {
  if (underWay > 0) return;
  isWatching = false;
  redirected = undefined;
  replies.unsubscribe(note);
}

/** @param {any} told By undici, or by anybody else. */
function note(told) {
  const status = told?.response?.statusCode;
  if (status >= 300 && status < 400) {
    redirected = { url: `${told.request?.origin}${told.request?.path}`, status };
  }
}

/**
 * Whether Node's `fetch` met a redirect that it was told not to follow.
 *
 * @param {unknown} thrown
 */
function isRefusedRedirect(thrown) {
  return get(get(thrown, "cause"), "message") === "unexpected redirect";
}

/**
 * Reads the body by whichever of the usual ways the response has.
 *
 * @param {unknown} response
 * @param {Reply} reply Gets the text, or what is wrong with it.
 * @param {number} largest
 */
async function receive(response, reply, largest) {
  const stream = get(response, "body");
  const reader = method(stream, "getReader");
  const whole = reader ? undefined : method(response, "arrayBuffer");
  let text;
  if (strict() && (reader ?? whole)) {
    const bytes = reader ? await chunks(reader.call(stream), largest) : await whole.call(response);
    if (!bytes) return fail(reply, "size");
    try {
      text = strict()?.decode(bytes);
    } catch {
      return fail(reply, "encoding");
    }
  } else {
    const plain = method(response, "text");
    const given = await (plain ?? method(response, "json"))?.call(response);
    text = plain ? given : stringify(given);
  }
  if (typeof text === "string") reply.text = text;
  if (text?.length > largest) fail(reply, "size");
}

/**
 * @param {Reply} reply
 * @param {string} flaw
 */
function fail(reply, flaw) {
  reply.text = undefined;
  reply.flaw = flaw;
}

/**
 * All bytes of a body, or undefined where there are more than `largest`; the rest is not waited for.
 *
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {number} largest
 */
async function chunks(reader, largest) {
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    size += value.byteLength;
    if (size > largest) {
      reader.cancel().catch(() => {});
      return undefined;
    }
  }
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(size);
  size = 0;
  for (const part of parts) {
    bytes.set(part, size);
    size += part.byteLength;
  }
  return bytes;
}

/** Refuses what is not UTF-8; undefined where the environment has no such decoder. */
function strict() {
  try {
    decoder ??= new TextDecoder("utf-8", { fatal: true });
  } catch {}
  return decoder;
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function method(value, name) {
  const found = get(value, name);
  return typeof found === "function" ? found : undefined;
}
