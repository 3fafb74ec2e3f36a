// A process that does what start.mjs does with our package, one stage after the other, and prints how long
// each took, in milliseconds. Stages within others are timed from outside, through the functions that the
// package calls.

const begin = performance.now();
const inner = { decode: 0, compile: 0 };

/** Adds the time that a function of an object takes to an inner stage. */
function timed(object, name, stage) {
  const original = object[name];
  const add = (start) => {
    inner[stage] += performance.now() - start;
  };
  object[name] = new Proxy(original, {
    apply(target, self, args) {
      const start = performance.now();
      const result = Reflect.apply(target, self, args);
      if (result instanceof Promise) return result.finally(() => add(start));
      add(start);
      return result;
    },
    construct(target, args) {
      const start = performance.now();
      const result = Reflect.construct(target, args);
      add(start);
      return result;
    },
  });
}

const { small } = await import("./users.mjs");
await import("./instant-fetch.mjs");
const response = performance.now();
// The first `Response` makes Node load its fetch, which has a small module of its own.
await (await fetch("https://example.com")).json();
const afterFetch = performance.now();
timed(Buffer, "from", "decode");
for (const name of ["compile", "instantiate", "Module", "Instance"]) {
  timed(WebAssembly, name, "compile");
}
const beforeImport = performance.now();
const { init, createUser } = await import("./contenders/ours.mjs");
const imported = performance.now();
await init();
const ready = performance.now();
await createUser(small);
const called = performance.now();

console.log(
  JSON.stringify({
    node: begin,
    fetch: afterFetch - response,
    scripts: imported - beforeImport,
    ...inner,
    init: ready - imported - inner.decode - inner.compile,
    call: called - ready,
  }),
);
