// One fault against this package, in a process of its own: each method gets a client of its own, and
// what became of each call is written to file descriptor 3 when the process ends. It ends by itself, or
// something was left open.

import { writeSync } from "node:fs";
import { inspect } from "node:util";
import * as users from "cometchat-users";
import { faults } from "./faults.mjs";
import { METHODS, NAMES } from "./methods.mjs";
import {
  aborting,
  gated,
  healthyFetch,
  installStorage,
  loginReply,
  real,
  SESSION_TOKEN,
} from "./stage.mjs";

const { id, url } = JSON.parse(process.env.FAULT);
const fault = faults.find((known) => known.id === id);
const names = fault.methods ?? NAMES;

const report = { outcomes: {}, unhandled: [] };
for (const name of names) report.outcomes[name] = { kind: "never settles" };
process.on("unhandledRejection", (reason) =>
  report.unhandled.push(`rejection: ${inspect(reason)}`),
);
process.on("uncaughtException", (error) => report.unhandled.push(`exception: ${error?.stack}`));
process.on("exit", () => writeSync(3, `${JSON.stringify(report)}\n`));

const storage = installStorage(fault);
const stage = Object.fromEntries(names.map((name) => [name, {}]));
const foreign = fault.fetch && { fetch: fault.fetch(real) };
const hosts = (name) => ({ adminHost: `${url}/${name}/v3.0`, clientHost: `${url}/${name}/v3.0` });

/** Runs with another global `fetch`: what is set up here does not meet the fault. */
async function undisturbed(fetch, work) {
  globalThis.fetch = fetch;
  try {
    return await work();
  } finally {
    globalThis.fetch = real;
  }
}

function client(name) {
  const abort = aborting(fault, url, name);
  const own = fault.through === undefined ? (abort.fetch ?? foreign?.fetch) : undefined;
  const settings = { timeoutMs: 8_000, ...hosts(name), ...fault.settings };
  if (settings.sessionName) settings.sessionName = `${settings.sessionName}-${name}`;
  const during = { active: undefined };
  // Only where the fault is in `fetch` is it given in the settings; else the global one is used.
  if (own || fault.quiet) {
    const standIn = own ?? real;
    settings.fetch = (...args) => (during.active ?? standIn)(...args);
  }
  Object.assign(stage[name], { abort, during, settings, standIn: own ?? real });
  return new users.Client("app", settings);
}

/** Logs in with no fault in the way. */
async function login(target, name, uid = "user1", token = SESSION_TOKEN) {
  const fetch = loginReply(uid, token);
  const { during } = stage[name];
  if (during) during.active = fetch;
  await undisturbed(fetch, () => target.login(token));
  if (during) during.active = undefined;
}

function noted(error, signal) {
  const texts = [
    error.message,
    error.details,
    error.stack,
    String(error),
    inspect(error, { depth: 10, showHidden: true }),
    JSON.stringify(error),
  ];
  for (const text of texts) console.log(text);
  console.error(error);
  return {
    kind: "rejects",
    isException: error instanceof users.CometChatException && error instanceof Error,
    code: error.code,
    message: error.message,
    details: error.details,
    status: error.status,
    attempts: error.attempts,
    retryAfterMs: error.retryAfterMs,
    maybeCreated: error.maybeCreated,
    fieldErrors: error.fieldErrors,
    hasReason: signal && Object.is(error.cause, signal.reason),
  };
}

function resolved(name, value) {
  console.log(value);
  console.log(inspect(value, { depth: 10, showHidden: true }), String(value));
  const isRight =
    name === "logout"
      ? value === undefined
      : value instanceof users.User && value.uid === "user1" && value.polluted === undefined;
  return { kind: "resolves", isRight: isRight && {}.polluted === undefined };
}

async function run(name, target) {
  const { abort, during } = stage[name];
  const options = abort?.signal && { signal: abort.signal };
  let rest = [];
  let instead;
  await fault.before?.(target, {
    hasSession: hasSession(name),
    login: (client, uid, token) => login(client, name, uid, token),
    during: (promise) => rest.push(promise),
    instead: (work) => {
      instead = work;
    },
    stored: (text) => {
      for (const key of storage.entries.keys()) {
        if (!key.includes(`faults-${name}`)) continue;
        if (text === undefined) storage.removeItem(key);
        else storage.setItem(key, text);
      }
    },
  });
  const start = performance.now();
  let outcome;
  let gate;
  if (instead) {
    gate = gated(real);
    during.active = gate.fetch;
  }
  const call = METHODS[name].call(target, options);
  if (instead) {
    rest.push(
      (async () => {
        // Its request is the second: the first is on its way and its reply is held back.
        await new Promise((resolve) => setImmediate(resolve));
        await instead();
        gate.open();
      })(),
    );
  }
  rest = Promise.all([...rest, abort?.start()]);
  try {
    outcome = resolved(name, await call);
  } catch (error) {
    outcome = noted(error, abort?.signal);
  }
  outcome.ms = performance.now() - start;
  await rest;
  if (fault.after && name in fault.after) outcome.after = await target.getLoggedInUser();
  report.outcomes[name] = outcome;
}

const hasSession = (name) => METHODS[name].needsSession || fault.everywhere;

// A busy machine takes its time for this, and some of the time limits are short.
await users.load();

if (fault.through === "init") {
  await users.init("app", { timeoutMs: 8_000, ...hosts("init"), ...foreign, ...fault.settings });
  // Logged in it would not send a request: so it comes first.
  await run("login", users);
  const token = `${SESSION_TOKEN}0`;
  await undisturbed(healthyFetch, async () => {
    await users.init("app", { ...hosts("init") });
    await users.login(token);
    await users.init("app", { timeoutMs: 8_000, ...hosts("init"), ...foreign, ...fault.settings });
  });
  for (const name of [
    "createUser",
    "updateUser",
    "updateCurrentUserDetails",
    "getUser",
    "logout",
  ]) {
    await run(name, users);
  }
} else {
  const clients = names.map((name) => [name, client(name)]);
  for (const [name, target] of clients) {
    if (hasSession(name)) await login(target, name);
  }
  // All of them at once: each has a client of its own.
  if (fault.through === "global") globalThis.fetch = foreign.fetch;
  await Promise.all(clients.map(([name, target]) => run(name, target)));
}
writeSync(3, `${JSON.stringify({ settled: true })}\n`);
