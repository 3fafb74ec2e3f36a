// Calls `fetch` and reads the response to its end: in Rust, that makes the page's download too large
// (docs/decisions/0043). What a response means, and whether to try again, is decided in Rust. `fetch` may be anybody's,
// and return or throw any value.

import { alarm, get, stringify } from "./look.js";

/**
 * @typedef {{ text: string } | { flaw: "size" | "encoding" }} Body
 * @typedef {object} Received
 * @property {number} status 0 where there is none.
 * @property {unknown} [type]
 * @property {unknown} [headers]
 * @property {string} [text] The body; absent where there is a flaw.
 * @property {"size" | "encoding" | "absent"} [flaw] `absent` where no response came.
 * @property {unknown} [thrown] Why no response came.
 * @property {boolean} [isBlocked] Whether the page's policy is why.
 */

/** How long to wait for a browser's event about a page's policy, in milliseconds: it comes within a task. */
const EVENT_TAKES_MS = 20;

/** Refuses what is not UTF-8. @type {TextDecoder | undefined} */
let decoder;

/**
 * Never rejects.
 *
 * @param {typeof fetch} fetch
 * @param {string} url
 * @param {RequestInit} init
 * @param {number} largest How many bytes the body may have.
 * @param {Promise<unknown>} over Resolves when the response is no longer wanted.
 * @returns {Promise<Received>}
 */
export async function exchange(fetch, url, init, largest, over) {
  /** @type {Received} */
  const received = { status: 0 };
  try {
    // Copies, for a `fetch` that changes what it is given: the next attempt sends the same again.
    const copy = { ...init, headers: { ...init.headers } };
    // Some older test doms have none.
    if (typeof AbortController === "function") {
      const controller = new AbortController();
      copy.signal = controller.signal;
      over.then(() => controller.abort());
    }
    const response = await fetch(url, copy);
    const status = get(response, "status");
    if (typeof status === "number") received.status = status;
    received.type = get(response, "type");
    received.headers = get(response, "headers");
    return Object.assign(received, await body(response, largest));
  } catch (thrown) {
    return Object.assign(received, { flaw: "absent", thrown, isBlocked: await blocked(url) });
  }
}

/**
 * Whether it is a page's Content-Security-Policy that has failed a request: browsers say so in an event soon after.
 *
 * @param {string} url
 */
async function blocked(url) {
  let isBlocked = false;
  if (typeof SecurityPolicyViolationEvent !== "function") return isBlocked;
  /** @param {SecurityPolicyViolationEvent} event */
  const hear = ({ blockedURI }) => {
    isBlocked ||= blockedURI === url;
  };
  addEventListener("securitypolicyviolation", hear);
  await alarm(EVENT_TAKES_MS, undefined).rung;
  removeEventListener("securitypolicyviolation", hear);
  return isBlocked;
}

/**
 * Reads the body by whichever of the usual ways the response has.
 *
 * @param {unknown} response
 * @param {number} largest
 * @returns {Promise<Body>}
 */
async function body(response, largest) {
  const stream = get(response, "body");
  const reader = method(stream, "getReader");
  const whole = reader ? undefined : method(response, "arrayBuffer");
  let text;
  if (reader ?? whole) {
    const bytes = reader ? await chunks(reader.call(stream), largest) : await whole.call(response);
    if (!bytes) return { flaw: "size" };
    try {
      decoder ??= new TextDecoder("utf-8", { fatal: true });
      text = decoder.decode(bytes);
    } catch {
      return { flaw: "encoding" };
    }
  } else {
    const plain = method(response, "text");
    const given = await (plain ?? method(response, "json"))?.call(response);
    text = plain ? given : stringify(given);
  }
  if (typeof text !== "string") return { text: "" };
  return text.length > largest ? { flaw: "size" } : { text };
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

/**
 * @param {unknown} value
 * @param {string} name
 */
function method(value, name) {
  const found = get(value, name);
  return typeof found === "function" ? found : undefined;
}
