// A process that makes 100,000 calls of one contender, a third of which fail in one of several ways, and
// prints the memory at some of them: JavaScript's heap after a collection, and the package's module.
//
//   node --expose-gc memory.mjs '{ "contender": "ours", "at": [1000, 10000, 100000] }'

import { created, full, refused } from "./users.mjs";

const { contender, at } = JSON.parse(process.argv[2]);

// The package does not expose its module. Node's own `fetch` has one, too, which is far smaller.
const memories = [];
const note = (instance) => {
  if (instance.exports.memory) memories.push(instance.exports.memory);
};
const { instantiate, Instance } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const instantiated = await instantiate(...given);
  note(instantiated.instance ?? instantiated);
  return instantiated;
};
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, given) {
    const instance = Reflect.construct(target, given);
    note(instance);
    return instance;
  },
});
const moduleSize = () => Math.max(0, ...memories.map((memory) => memory.buffer.byteLength));

const user = full({ tags: 2, metadata: 1_000 });
const reply = created(user);
const failures = [
  () => new Response(refused, { status: 409 }),
  () => new Response("<html>", { status: 502 }),
  () => {
    throw new TypeError("fetch failed", { cause: new Error("refused") });
  },
];

let number = 0;
globalThis.fetch = async () =>
  number % 3 === 0 ? failures[(number / 3) % failures.length]() : new Response(reply);

const { init, createUser } = await import(`./contenders/${contender}.mjs`);
await init(undefined, { maxRetries: 0 });

const samples = [];
let failed = 0;
for (number = 1; number <= at.at(-1); number++) {
  try {
    await createUser(user);
  } catch {
    failed++;
  }
  if (at.includes(number)) {
    await new Promise((resolve) => setTimeout(resolve));
    gc();
    samples.push({ calls: number, heap: process.memoryUsage().heapUsed, module: moduleSize() });
  }
}
if (failed !== Math.floor(at.at(-1) / 3))
  throw new Error(`${failed} calls failed, a third should have`);
console.log(JSON.stringify(samples));
