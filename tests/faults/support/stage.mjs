// What a child process sets up for a fault, whichever package it tries: the storage, the stand-in for
// `fetch`, and what happens before and during the call.

import { get } from "node:http";
import { SESSION_TOKEN, sessionUser } from "./secrets.mjs";
import { healthyText } from "./server.mjs";

const real = globalThis.fetch;

/** A `fetch` that answers at once as the service would: with it, sessions are set up before a fault. */
export const healthyFetch = async (url, { method, body = "" }) =>
  new Response(healthyText({ method, path: new URL(url).pathname, body }));

/** A storage as browsers have it. */
export function workingStorage() {
  const entries = new Map();
  return {
    entries,
    get length() {
      return entries.size;
    },
    key: (index) => [...entries.keys()][index] ?? null,
    getItem: (key) => entries.get(String(key)) ?? null,
    setItem: (key, value) => void entries.set(String(key), String(value)),
    removeItem: (key) => void entries.delete(String(key)),
    clear: () => entries.clear(),
  };
}

/** Puts a storage in the place of `localStorage`: the fault's, or one that works. */
export function installStorage(fault) {
  const storage = workingStorage();
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get: () => (fault.storage ? fault.storage() : storage),
  });
  return storage;
}

/** Waits until the server has seen a request of this method. */
export const arrived = (url, method) =>
  new Promise((resolve, reject) => {
    get(`${url}/arrived/${method}`, { agent: false }, (response) => {
      response.resume().once("end", resolve);
    }).once("error", reject);
  });

/** The session that a login leaves when the service answers with this token. */
export const loginReply = (uid, authToken) => async () =>
  new Response(JSON.stringify({ data: { ...sessionUser(authToken), uid } }));

const REASONS = { error: new Error("enough"), string: "enough", undefined: undefined };

/**
 * A signal that aborts when and as a fault says, and the `fetch` that finds the moment.
 *
 * @returns {{ signal?: AbortSignal, fetch?: typeof fetch, start(): unknown }}
 */
export function aborting(fault, url, method) {
  if (!fault.abort) return { start() {} };
  const controller = new AbortController();
  const { when, reason } = fault.abort;
  const abort = () => controller.abort(REASONS[reason]);
  const hooked = (after) => async (address, options) => {
    const response = await real(address, options);
    const open = response.body.getReader.bind(response.body);
    response.body.getReader = () => {
      const reader = open();
      const read = reader.read.bind(reader);
      reader.read = () => {
        const part = read();
        after(part);
        return part;
      };
      return reader;
    };
    return response;
  };
  if (when === "before") abort();
  return {
    signal: controller.signal,
    fetch: {
      body: hooked(() => setImmediate(abort)),
      // The client has gone on to its pause when all that waits for the body has run.
      backoff: hooked((part) => part.then(({ done }) => done && setImmediate(abort))),
    }[when],
    async start() {
      if (when !== "request") return;
      await arrived(url, method);
      abort();
    },
  };
}

/** A `fetch` whose first reply is held back until `open` is called. */
export function gated(fetch) {
  let open;
  const opened = new Promise((resolve) => {
    open = resolve;
  });
  let calls = 0;
  const gate = async (...args) => {
    calls += 1;
    const isFirst = calls === 1;
    const response = await fetch(...args);
    if (isFirst) await opened;
    return response;
  };
  return { fetch: gate, open };
}

export { real, SESSION_TOKEN };
