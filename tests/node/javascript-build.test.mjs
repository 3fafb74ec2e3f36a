// The build without WebAssembly: it offers what the main entry offers, works where the globals that React Native
// lacks are missing, and its codecs give what the global ones give.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import * as main from "cometchat-users";
import * as javascript from "cometchat-users/js";
import * as codecs from "../../target/javascript/package/js/codecs.js";
import { run } from "../support/programs.mjs";

test("it exports what the main entry exports, by import and by require", () => {
  const required = createRequire(import.meta.url)("cometchat-users/js");
  const names = (exports) => Object.keys(exports).filter((name) => name !== "__esModule");
  assert.deepEqual(names(javascript).sort(), names(main).sort());
  assert.deepEqual(names(required).sort(), names(main).sort());
});

test("it is what React Native's condition finds", async () => {
  const args = ["--conditions=react-native", "--input-type=module", "--eval"];
  const program = 'console.log(import.meta.resolve("cometchat-users"))';
  const { stdout } = await run(process.execPath, [...args, program]);
  assert.equal(stdout.trim(), import.meta.resolve("cometchat-users/js"));
});

/** Makes a call in a process of its own. */
const call = async (before, fetch) => {
  const program = `
    ${before}
    const { Client } = await import("cometchat-users/js");
    const client = new Client("app", { region: "us", maxRetries: 0, fetch: ${fetch} });
    await client.createUser({ uid: "x", name: "Zoë 😀" }, "key").then(
      (user) => console.log(user.name),
      ({ code, details, cause }) => console.log(code, details, cause?.name),
    );`;
  return run(process.execPath, ["--input-type=module", "--eval", program]);
};

test("it works without what React Native's engine lacks", async () => {
  const { stdout, stderr } = await call(
    `for (const name of ["WebAssembly", "TextDecoder", "TextEncoder", "structuredClone", "URL", "AbortController",
      "AbortSignal", "crypto", "ReadableStream", "FinalizationRegistry", "WeakRef", "queueMicrotask", "BigInt64Array",
      "BigUint64Array", "DOMException", "performance"]) Reflect.deleteProperty(globalThis, name);
    globalThis.navigator = { product: "ReactNative" };`,
    `async (_, { body }) => ({ status: 200, text: async () => JSON.stringify({ data: JSON.parse(body) }),
      arrayBuffer: async () => { throw new Error("not implemented"); } })`,
  );
  assert.equal(stderr, "");
  assert.equal(stdout, "Zoë 😀\n");
});

test("its core ends as WebAssembly's does: the call is rejected, and so is every later one", async () => {
  const { stdout, stderr } = await call(
    `const { ArrayBuffer } = globalThis;
    let memory;
    globalThis.ArrayBuffer = class extends ArrayBuffer {
      constructor(length) {
        super(length);
        if (length > 2 ** 20) memory = this;
      }
    };
    const { Client: Damaged } = await import("cometchat-users/js");
    const damaged = new Damaged("app", { region: "us", fetch: async () => new Response("{}") });
    await damaged.getLoggedInUser();
    new Uint8Array(memory).fill(0xff, 2 ** 20, 2 ** 20 + 20_000); // The core's constants.
    const failed = () => damaged.createUser({ uid: "x", name: "y" }, "key").catch((error) => error);
    const first = await failed();
    console.log(first.code, first.cause.message, first === (await failed()));`,
    "undefined",
  );
  assert.equal(stderr, "");
  const [first, second] = stdout.split("\n");
  assert.match(first, /^UNEXPECTED_ERROR unreachable true$/);
  assert.match(second, /^UNEXPECTED_ERROR Reload to go on/);
});

test("it works after its memory has grown", async () => {
  const name = "é".repeat(400_000);
  const text = JSON.stringify({ data: { uid: "x", name } });
  const fetch = async () => ({ status: 200, text: async () => text });
  const client = new javascript.Client("app", { region: "us", fetch });
  for (let round = 0; round < 5; round += 1) {
    const metadata = { note: "ü".repeat(2_000) };
    const user = await client.createUser({ uid: "x", name: "y", metadata }, "key");
    assert.equal(user.name, name);
    const many = Array.from({ length: 200 }, () => client.getUser("y".repeat(100_000)));
    for (const { reason } of await Promise.allSettled(many)) assert.ok(reason.code, String(reason));
  }
});

describe("its codecs", () => {
  const global = { fatal: new TextDecoder("utf-8", { fatal: true }), loose: new TextDecoder() };
  const ours = {
    fatal: new codecs.TextDecoder("utf-8", { fatal: true }),
    loose: new codecs.TextDecoder(),
  };
  const outcome = (decoder, bytes) => {
    try {
      return decoder.decode(bytes);
    } catch (error) {
      return error.name;
    }
  };
  const assertSame = (bytes) => {
    const given = Uint8Array.from(bytes);
    for (const kind of ["fatal", "loose"]) {
      const [mine, theirs] = [outcome(ours[kind], given), outcome(global[kind], given)];
      if (mine !== theirs) assert.equal(mine, theirs, `${kind}: ${bytes}`);
    }
  };

  test("decode as the global one, at every bound of every byte", () => {
    const bounds = [
      0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec,
      0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
    ];
    assertSame([]);
    for (const a of bounds) {
      assertSame([a]);
      for (const b of bounds) {
        assertSame([a, b]);
        for (const c of bounds) {
          assertSame([a, b, c, 0x41]);
          if (a >= 0xf0) for (const d of bounds) assertSame([a, b, c, d]);
        }
      }
    }
  });

  test("a byte order mark is left out, unless it is asked for", () => {
    const marked = Uint8Array.of(0xef, 0xbb, 0xbf, 0x41);
    assertSame([...marked]);
    assert.equal(new codecs.TextDecoder("utf-8", { ignoreBOM: true }).decode(marked), "\ufeffA");
  });

  test("encode as the global one, every character and halves of pairs", () => {
    const encoder = new codecs.TextEncoder();
    let all = "";
    for (let point = 0; point < 0x110000; point += point < 0x3000 ? 1 : 97) {
      all += String.fromCodePoint(point);
    }
    for (const text of ["", all, "\ud800", "a\udc00b", "\udc00\ud800", "😀"]) {
      assert.deepEqual(encoder.encode(text), new TextEncoder().encode(text));
    }
    for (const size of [0, 1, 2, 3, 4, 5]) {
      const [mine, theirs] = [new Uint8Array(size), new Uint8Array(size)];
      const text = "é😀x";
      assert.deepEqual(encoder.encodeInto(text, mine), new TextEncoder().encodeInto(text, theirs));
      assert.deepEqual(mine, theirs);
    }
  });
});
