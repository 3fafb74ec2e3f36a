// A process that makes 100,000 calls, a third of which fail in one of several ways, and prints the
// memory after each 10,000: JavaScript's heap after a collection, and the module's.
// node --expose-gc memory.mjs

import { Client } from "cometchat-users";

const CALLS = 100_000;
const STEP = 10_000;

// The package does not show its module. Node's own `fetch` has one, too, that is smaller by far.
const memories = [];
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = async (...given) => {
  const instantiated = await instantiate(...given);
  memories.push((instantiated.instance ?? instantiated).exports.memory);
  return instantiated;
};
const moduleSize = () => Math.max(...memories.map((memory) => memory.buffer.byteLength));

const json = (body, status = 200) => new Response(JSON.stringify(body), { status });
const created = () => json({ data: { uid: "usr1", name: "Kevin", createdAt: 1772166128 } });
const refused = () =>
  json({ error: { code: "ERR_BAD_REQUEST", message: "No.", details: { uid: ["is wrong"] } } }, 400);
const unreached = () => {
  throw new TypeError("fetch failed", { cause: new Error("refused") });
};
/** Every third call fails; the last way does not come so far as to ask `fetch`. */
const failures = [refused, () => new Response("<html>", { status: 502 }), unreached, created];

let number = 0;
let expected = 0;
const fetch = async () => (number % 3 === 0 ? failures[(number / 3) % 4]() : created());
const client = new Client("app", { region: "us", maxRetries: 0, fetch });
const metadata = { note: "x".repeat(1000) };

const samples = [];
for (number = 1; number <= CALLS; number++) {
  const isFailure = number % 3 === 0;
  const name = isFailure && (number / 3) % 4 === 3 ? "" : "Kevin";
  try {
    await client.createUser({ uid: "usr1", name, metadata, tags: ["a", "b"] }, "key");
  } catch {
    expected += isFailure ? 1 : CALLS;
  }
  if (number % STEP === 0) {
    await new Promise((resolve) => setTimeout(resolve));
    gc();
    samples.push({ heap: process.memoryUsage().heapUsed, module: moduleSize() });
  }
}
if (expected !== Math.floor(CALLS / 3)) throw new Error("not exactly a third of the calls failed");
console.log(JSON.stringify(samples));
