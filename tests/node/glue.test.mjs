// Our versions of globals beside the generated bindings (pkg/src/glue): each part does what the
// global does, and the one thing that the global does not. Also, that the module frees what it has caught.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { afterEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { root } from "../support/programs.mjs";

const glue = (name) => pathToFileURL(`${root}pkg/dist/glue/${name}.js`).href;
const { TextDecoder: Decoder, TextEncoder: Encoder } = await import(glue("codecs"));
const { queueMicrotask: queue } = await import(glue("turns"));
const { returned } = await import(glue("slots"));

const codecs = { TextDecoder, TextEncoder };
const originals = { ...codecs, queueMicrotask };
afterEach(() => {
  Object.assign(globalThis, originals);
});

/** Notes how a global class is used. */
function spyOn(name) {
  const used = [];
  globalThis[name] = new Proxy(codecs[name], {
    construct(original, values) {
      used.push(["new", ...values]);
      const codec = new original(...values);
      return {
        decode(...values) {
          used.push(["decode", ...values.map((bytes) => bytes.length)]);
          return codec.decode(...values);
        },
        encode: (text) => codec.encode(text),
        encodeInto: (text, bytes) => codec.encodeInto(text, bytes),
      };
    },
  });
  return used;
}

describe("the text codecs", () => {
  test("use no global before there is something to do", () => {
    delete globalThis.TextDecoder;
    delete globalThis.TextEncoder;
    const decoder = new Decoder("utf-8", { ignoreBOM: true });
    const encoder = new Encoder();
    Object.assign(globalThis, codecs);
    assert.equal(decoder.decode(Uint8Array.of(104, 105)), "hi");
    assert.deepEqual(encoder.encode("hi"), Uint8Array.of(104, 105));
  });

  test("are made once, with what the bindings ask for", () => {
    const decoders = spyOn("TextDecoder");
    const decoder = new Decoder("utf-8", { ignoreBOM: true });
    const bytes = new TextEncoder().encode("\uFEFFhi");
    assert.equal(decoder.decode(bytes), "\uFEFFhi");
    assert.equal(decoder.decode(bytes), "\uFEFFhi");
    // Nothing is decoded first, for Safari.
    assert.deepEqual(decoders, [
      ["new", "utf-8", { ignoreBOM: true }],
      ["decode"],
      ["decode", 5],
      ["decode", 5],
    ]);
    const encoders = spyOn("TextEncoder");
    const encoder = new Encoder();
    const target = new Uint8Array(4);
    assert.deepEqual(encoder.encodeInto("é!", target), { read: 2, written: 3 });
    assert.deepEqual(target, Uint8Array.of(0xc3, 0xa9, 0x21, 0));
    encoder.encode("é");
    assert.deepEqual(encoders, [["new"]]);
  });
});

describe("a turn", () => {
  test("comes in a microtask, and with the global's clock stopped, too", async () => {
    globalThis.queueMicrotask = () => {};
    let isDone = false;
    queue(() => {
      isDone = true;
    });
    assert.equal(isDone, false);
    await Promise.resolve();
    assert.equal(isDone, true);
  });
});

describe("a callback that throws", () => {
  /** Runs a script that uses the glue, in a process of its own: what has stopped stays so. */
  const script = (text) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--expose-gc", "--input-type=module", "--eval", text],
      { cwd: root, encoding: "utf8" },
    );
    assert.equal(status, 0, stderr);
    return stdout.trim();
  };
  const imports = `
    import { guarded, settling } from "${glue("../crash")}";
    import { FinalizationRegistry as Registry } from "${glue("registry")}";
    const code = (promise) => promise.then(() => "settled", (error) => error.code);`;

  test("when the garbage collector calls it: the calls under way are rejected, the process lives on", () => {
    const text = `${imports}
      const registry = new Registry(() => { throw new WebAssembly.RuntimeError("unreachable"); });
      const failed = code(settling(() => new Promise(() => {})));
      (() => registry.register({}, 1, {}))();
      const timer = setInterval(() => globalThis.gc(), 1);
      console.log(await failed);
      clearInterval(timer);`;
    assert.equal(script(text), "UNEXPECTED_ERROR");
  });

  test("keeps what the bindings noted on it", () => {
    const text = `${imports}
      const callback = Object.assign((a, b) => a + b, { _wbg_cb_unref: () => "freed" });
      const guard = guarded(callback);
      console.log(guard(1, 2), guard._wbg_cb_unref());`;
    assert.equal(script(text), "3 freed");
  });

  test("is not called again after another has thrown", () => {
    const text = `${imports}
      guarded(() => { throw new Error("a bug"); })();
      console.log(guarded(() => 1)());`;
    assert.equal(script(text), "undefined");
  });
});

describe("a caught exception", () => {
  test("is stored in the slot that the module takes next", () => {
    const free = [7];
    const stored = [];
    const thrown = new Error("caught");
    const given = returned(
      thrown,
      () => free.pop(),
      (slot) => free.push(slot),
      (slot) => stored.push(slot),
    );
    assert.equal(given, thrown);
    assert.deepEqual([free, stored], [[7], [7]]);
  });

  test("is freed by the module: its table does not grow", async () => {
    const tables = [];
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...values) => {
      const result = await instantiate(...values);
      tables.push(...Object.values((result.instance ?? result).exports));
      return result;
    };
    const { Client } = await import("cometchat-users");
    const faults = {
      "no JSON": () => new Response("no JSON"),
      "a fetch that throws": () => {
        throw new Error("no network");
      },
    };
    const clients = Object.values(faults).map((fetch) => {
      return new Client("app", { region: "us", fetch, maxRetries: 0 });
    });
    const option = {
      get signal() {
        throw new Error("no signal");
      },
    };
    const round = async () => {
      for (const client of clients) {
        await assert.rejects(client.createUser({ uid: "usr1", name: "Kevin" }, "key"));
        await assert.rejects(client.createUser({ uid: "usr1", name: "Kevin" }, "key", option));
      }
    };
    for (let times = 0; times < 50; times += 1) await round();
    WebAssembly.instantiate = instantiate;
    const table = tables.find((value) => value instanceof WebAssembly.Table && value.length > 1024);
    const before = table.length;
    for (let times = 0; times < 500; times += 1) await round();
    assert.equal(table.length, before);
  });
});
