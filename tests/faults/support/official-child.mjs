// One fault and one method against the official SDK, in a process of its own: what became of the call
// goes to file descriptor 3. A call that has not settled after a given time is cut off.

import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import { faults } from "./faults.mjs";
import { METHODS } from "./methods.mjs";
import { AUTH_KEY, SESSION_TOKEN } from "./secrets.mjs";
import { gated, healthyFetch, loginReply, workingStorage } from "./stage.mjs";

const { id, url, method, cutOffMs } = JSON.parse(process.env.FAULT);
const fault = faults.find((known) => known.id === id);

// The least that the SDK needs to load outside a browser.
const define = (name, value) =>
  Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
const storage = workingStorage();
define("window", globalThis);
define("localStorage", storage);
define("sessionStorage", workingStorage());
define("navigator", { userAgent: "node", onLine: true, product: "", language: "en" });
define("location", { hostname: "localhost", protocol: "http:", href: "http://localhost/" });
define("document", {
  addEventListener() {},
  removeEventListener() {},
  createElement: () => ({ style: {} }),
  querySelector: () => null,
  querySelectorAll: () => [],
  cookie: "",
  visibilityState: "visible",
});
define("screen", { width: 1280, height: 720 });
define("addEventListener", () => {});
define("removeEventListener", () => {});

// It always asks by https; the servers here speak http. Node does not know its referrer.
const network = globalThis.fetch;
const real = (address, { referrer: _, ...options }) =>
  network(String(address).replace(/^https:/, "http:"), options);
let active = healthyFetch;
define("fetch", (...args) => active(...args));

const { CometChat } = createRequire(import.meta.url)("@cometchat/chat-sdk-javascript");

const report = { kind: "never settles", unhandled: false };
// Some seconds after a login it looks around in the page, which is a stand-in here: what that throws is
// no matter of the fault.
const ATTENTION_MS = 2_000;
let calledAt = Number.POSITIVE_INFINITY;
const note = () => {
  const since = performance.now() - calledAt;
  if (since >= 0 && since < ATTENTION_MS) report.unhandled = true;
};
process.on("unhandledRejection", note);
process.on("uncaughtException", note);
const finish = () => {
  writeSync(3, `${JSON.stringify(report)}\n`);
  process.exit(0);
};

const host = `${new URL(url).host}/${method}/v3.0`;
const settings = new CometChat.AppSettingsBuilder()
  .setRegion("us")
  .autoEstablishSocketConnection(false)
  .overrideAdminHost(host)
  .overrideClientHost(host)
  .build();
await CometChat.init("app", settings);

const user = (fields) => {
  const made = new CometChat.User(fields.uid ?? "user1");
  made.setName(fields.name);
  return made;
};
const client = {
  createUser: (fields) => CometChat.createUser(user(fields), AUTH_KEY),
  updateUser: (fields) => CometChat.updateUser(user(fields), AUTH_KEY),
  updateCurrentUserDetails: (fields) => CometChat.updateCurrentUserDetails(user(fields)),
  login: (uid, key) => CometChat.login(uid, key),
  logout: () => CometChat.logout(),
  getUser: (uid) => CometChat.getUser(uid),
};

async function login(uid = "user1", token = SESSION_TOKEN) {
  active = loginReply(uid, token);
  await CometChat.login(token);
}

const hasSession = METHODS[method].needsSession || fault.everywhere;
if (hasSession) await login();

const later = [];
let instead;
active = healthyFetch;
await fault.before?.(client, {
  hasSession,
  login: (_client, uid, token) => login(uid, token),
  during: (promise) => later.push(promise.catch(() => {})),
  instead: (work) => {
    instead = work;
  },
  stored() {},
});
if (fault.storage) {
  Object.defineProperty(globalThis, "localStorage", { configurable: true, get: fault.storage });
}
active = fault.fetch ? fault.fetch(real) : real;
const gate = instead && gated(real);
if (gate) active = gate.fetch;

calledAt = performance.now();
const timer = setTimeout(finish, cutOffMs);
try {
  const call = METHODS[method].call(client);
  if (gate) {
    later.push(
      (async () => {
        await new Promise((resolve) => setImmediate(resolve));
        await instead();
        gate.open();
      })(),
    );
  }
  const value = await call;
  report.kind = "resolves";
  report.value = value === null || typeof value !== "object" ? String(value) : undefined;
} catch (error) {
  report.kind = "rejects";
  report.code = error?.code ?? null;
  report.name = error?.name ?? null;
  report.isError = error instanceof Error;
}
clearTimeout(timer);
// What it rejects without anybody listening comes a moment later.
setTimeout(finish, 50);
