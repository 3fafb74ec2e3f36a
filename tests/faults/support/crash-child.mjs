// Damages the module's memory while calls are under way, and reports what becomes of these and of later
// ones.

import { writeSync } from "node:fs";
import { Client, CometChatException, init } from "cometchat-users";
import { AUTH_KEY, SESSION_TOKEN } from "./secrets.mjs";
import { healthyFetch } from "./stage.mjs";

const [damage] = process.argv.slice(2);

/** The module's memory, seen as it is instantiated; Node's `fetch` has a module, too. */
let memory;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...args) => {
  const result = await instantiate(...args);
  const { exports } = result.instance ?? result;
  if ("onPanic" in exports) memory = exports.memory;
  return result;
};

/** The build without WebAssembly has a buffer for its memory, the only one of this size. */
const Buffer = globalThis.ArrayBuffer;
globalThis.ArrayBuffer = class extends Buffer {
  constructor(length) {
    super(length);
    if (length > 2 ** 20) memory = { buffer: this };
  }
};

const report = { unhandled: [], underWay: {}, later: {} };
process.on("unhandledRejection", (reason) => report.unhandled.push(`rejection: ${reason}`));
process.on("uncaughtException", (error) => report.unhandled.push(`exception: ${error}`));

const held = [];
let isHolding = false;
const fetch = (...args) =>
  isHolding
    ? new Promise((resolve) => held.push(() => resolve(healthyFetch(...args))))
    : healthyFetch(...args);
// Nobody takes back the timers of a module that has stopped: so they are short here.
const settings = { region: "us", fetch, timeoutMs: 2_000 };
const client = new Client("app", settings);
await client.login(SESSION_TOKEN);
const passing = new Client("app", settings);
await passing.getLoggedInUser();
const forgotten = await Promise.all(
  Array.from({ length: 10 }, async () => {
    const one = new Client("app", settings);
    await one.getLoggedInUser();
    return one;
  }),
);

isHolding = true;
const code = (promise) =>
  promise.then(
    () => "resolved",
    (error) => {
      report.details = error.details;
      report.isException = error instanceof CometChatException;
      return error.code;
    },
  );
const underWay = {
  createUser: code(client.createUser({ uid: "user1", name: "Kevin" }, AUTH_KEY)),
  updateUser: code(client.updateUser({ uid: "user1", name: "Kevin" }, AUTH_KEY)),
  getUser: code(client.getUser("user1")),
  logout: code(client.logout()),
  aborted: code(client.getUser("user1", { signal: AbortSignal.timeout(50), timeoutMs: 80 })),
};
while (held.length < 5) await new Promise((resolve) => setImmediate(resolve));

const bytes = new Uint8Array(memory.buffer);
if (damage === "ones") bytes.fill(0xff);
if (damage === "zeros") bytes.fill(0);
if (damage === "noise") for (let at = 0; at < bytes.length; at += 1) bytes[at] = at * 2_654_435_761;

isHolding = false;
for (const release of held) release();
for (const [name, outcome] of Object.entries(underWay)) report.underWay[name] = await outcome;

report.later = {
  createUser: await code(client.createUser({ uid: "user1", name: "Kevin" }, AUTH_KEY)),
  getUser: await code(client.getUser("user1")),
  login: await code(client.login("user1", AUTH_KEY)),
  getLoggedInUser: await code(passing.getLoggedInUser()),
  "new client": await code(new Client("app", settings).getLoggedInUser()),
  init: await code(init("app", settings)),
};

// Clients that nobody holds any more are freed, which enters the module as well.
let freed = 0;
const registry = new FinalizationRegistry(() => {
  freed += 1;
});
for (const one of forgotten.splice(0)) registry.register(one);
for (let more = 0; more < 20; more += freed > 0) {
  globalThis.gc();
  await new Promise((resolve) => setImmediate(resolve));
}
process.once("beforeExit", () => writeSync(3, `${JSON.stringify(report)}\n`));
