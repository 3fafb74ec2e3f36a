// Random values of every kind that JavaScript has, the hostile ones included, and random replies. All of
// it follows from a seed.

import { FRESH_TOKEN } from "./secrets.mjs";

/** Random numbers from 0 to 1 that a seed determines (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = (random, list) => list[Math.floor(random() * list.length)];

function thrower(what) {
  return () => {
    throw new Error(what);
  };
}

function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function cyclic(target) {
  target.self = target;
  return target;
}

function nested(depth, wrap) {
  let value = wrap(1);
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
}

const hostile = new Proxy(
  {},
  Object.fromEntries(
    Object.getOwnPropertyNames(Reflect)
      .filter((name) => typeof Reflect[name] === "function")
      .map((name) => [name, thrower(`no ${name}`)]),
  ),
);

const TEXTS = [
  "",
  " ",
  "a",
  "user1",
  "User_1-x",
  "online",
  "https://example.com/a.png",
  "http://",
  "a".repeat(101),
  `https://example.com/${"x".repeat(3_000)}`,
  "x".repeat(11_000),
  "\ud800",
  "\udc00x\ud800",
  "\0",
  "\r\nX: 1",
  "😀".repeat(101),
  "ünïcödé",
  "__proto__",
  "constructor",
  "../../me",
  "%2e%2e",
  "null",
  "NaN",
  "local",
  "127.0.0.1:1",
];

/** Made once: nothing in the package may change them. */
const VALUES = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  2 ** 31,
  2 ** 53,
  0n,
  -1n,
  10n ** 40n,
  Symbol("x"),
  Symbol.iterator,
  () => {},
  async () => {},
  thrower("called"),
  class Thing {},
  [],
  [1],
  ["a"],
  [undefined, null],
  new Array(30),
  new Array(30).fill("t"),
  [[["deep"]]],
  {},
  { a: 1 },
  { uid: "user1" },
  { nested: { list: [1, { two: "2" }] } },
  { big: 1n },
  Object.create(null),
  Object.assign(Object.create(null), { uid: "user1", name: "Kevin" }),
  Object.freeze({ uid: "user1", name: "Kevin" }),
  Object.freeze(["a"]),
  cyclic({}),
  cyclic([]),
  new Date(0),
  new Date(Number.NaN),
  /x/g,
  new Map([["a", 1]]),
  new Set([1]),
  new WeakMap(),
  Promise.resolve(1),
  new Error("an error"),
  new Uint8Array(8),
  new ArrayBuffer(8),
  new DataView(new ArrayBuffer(8)),
  new SharedArrayBuffer(8),
  new String("boxed"),
  new Number(5),
  new Boolean(false),
  Object(1n),
  Object(Symbol("boxed")),
  new URL("https://example.com"),
  new Proxy({ uid: "user1", name: "Kevin" }, {}),
  new Proxy(["a"], {}),
  new Proxy([], { get: thrower("no get") }),
  new Proxy(["a"], { get: (list, key) => (key === "length" ? 1n : list[key]) }),
  new Proxy(() => {}, {}),
  hostile,
  revoked({}),
  revoked([]),
  revoked(() => {}),
  { toJSON: thrower("no JSON") },
  { toJSON: () => undefined },
  { toJSON: () => "text" },
  { toJSON: () => [1] },
  { toString: thrower("no text"), valueOf: thrower("no value") },
  { [Symbol.toPrimitive]: thrower("no primitive") },
  {
    get [Symbol.toStringTag]() {
      throw new Error("no tag");
    },
  },
  { [Symbol.toStringTag]: "Map" },
  {
    get a() {
      throw new Error("no a");
    },
  },
  {
    a: {
      get b() {
        throw new Error("no b");
      },
    },
  },
  nested(20_000, (value) => [value]),
  nested(20_000, (value) => ({ value })),
  // biome-ignore lint/suspicious/noThenProperty: a thenable is one of the kinds of values.
  { then: (resolve) => resolve("then") },
  {
    // biome-ignore lint/suspicious/noThenProperty: a thenable is one of the kinds of values.
    get then() {
      throw new Error("no then");
    },
  },
  globalThis,
];

/** Any value at all. */
export const anyValue = (random) => (random() < 0.3 ? pick(random, TEXTS) : pick(random, VALUES));

/** An object with some of these keys, each of which has a value of its own kind or any other. */
export function anyObject(random, kinds, chance = 0.5) {
  const kind = random();
  if (kind < 0.05) return anyValue(random);
  const object = kind < 0.1 ? Object.create(null) : {};
  for (const [key, values] of Object.entries(kinds)) {
    if (random() > chance) continue;
    const value = random() < 0.7 ? pick(random, values) : anyValue(random);
    if (random() < 0.03) {
      Object.defineProperty(object, key, {
        enumerable: true,
        get: random() < 0.5 ? thrower(`no ${key}`) : () => value,
      });
    } else {
      object[key] = value;
    }
  }
  if (kind > 0.97) return Object.freeze(object);
  if (kind > 0.94) return new Proxy(object, {});
  return object;
}

const NUMBERS = ["1e400", "-1e400", "1e-400", "123456789012345678901234567890", "-0", "1E+2"];
const KEYS = [
  "data",
  "error",
  "code",
  "message",
  "details",
  "devMessage",
  "uid",
  "name",
  "status",
  "metadata",
  "tags",
  "authToken",
  "lastActiveAt",
  "__proto__",
  "constructor",
  "toString",
  "toJSON",
  "length",
  "",
  "ü",
];

/** The text of any JSON value. */
export function anyJson(random, depth = 0) {
  const kind = random();
  if (depth < 4 && kind < 0.25) {
    const entries = Array.from({ length: random() * 5 }, () => {
      return `${JSON.stringify(pick(random, KEYS))}:${anyJson(random, depth + 1)}`;
    });
    return `{${entries.join(",")}}`;
  }
  if (depth < 4 && kind < 0.35) {
    return `[${Array.from({ length: random() * 4 }, () => anyJson(random, depth + 1)).join(",")}]`;
  }
  if (kind < 0.5) return pick(random, NUMBERS);
  if (kind < 0.6) return String(Math.floor(random() * 2 ** 40) - 2 ** 39);
  if (kind < 0.7) return pick(random, ["null", "true", "false", '"\\ud800"', '"\\u0000"']);
  return JSON.stringify(pick(random, TEXTS));
}

const GOOD = [
  { data: { uid: "user1", name: "Kevin", role: "default", status: "available", tags: ["a"] } },
  {
    data: { uid: "user1", name: "Kevin", metadata: { a: { b: [1] } }, lastActiveAt: "1638354015" },
  },
  { data: { uid: "user1", name: "Kevin", authToken: FRESH_TOKEN, jwt: "x.y.z", wsChannel: {} } },
  { data: { uid: "user1", authToken: FRESH_TOKEN, createdAt: 1 } },
  { data: { success: true, message: "ok" } },
  {
    error: {
      message: "Failed to validate the data sent with the request.",
      devMessage: "Failed",
      source: "chat-api",
      details: { uid: ["The uid field is required."], "tags.0": ["x", 5] },
      code: "ERR_BAD_REQUEST",
    },
  },
  { error: { code: "AUTH_ERR_AUTH_TOKEN_NOT_FOUND", message: "gone" } },
  { error: { code: "ERR_UID_ALREADY_EXISTS", message: "there" } },
].map((value) => JSON.stringify(value));

const DEEP = [
  "[".repeat(50_000),
  '{"data":'.repeat(5_000),
  `${"[".repeat(5_000)}1${"]".repeat(5_000)}`,
  `{"data":{"uid":"user1","name":"Kevin","metadata":${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}}}`,
  `{"error":{"code":"X","details":${"[".repeat(3_000)}${"]".repeat(3_000)}}}`,
];

/** A reply's text: good, changed in places, any JSON, noise, or nested deeply. */
export function anyReply(random) {
  const kind = random();
  if (kind < 0.1) return pick(random, GOOD);
  if (kind < 0.35) return mutated(random, pick(random, GOOD));
  if (kind < 0.6) return replaced(random, pick(random, GOOD));
  if (kind < 0.8) return anyJson(random);
  if (kind < 0.9) {
    const key = pick(random, ["data", "error"]);
    return `{"${key}":${anyJson(random)}}`;
  }
  if (kind < 0.903) return pick(random, DEEP);
  return String.fromCharCode(...Array.from({ length: random() * 40 }, () => random() * 65_536));
}

/** A text with a few characters taken out, doubled or exchanged. */
function mutated(random, text) {
  let changed = text;
  for (let times = 1 + random() * 3; times > 0; times -= 1) {
    const at = Math.floor(random() * changed.length);
    const rest = at + Math.floor(random() * 8);
    const piece = pick(random, [
      "",
      '"',
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "\\",
      "0",
      "null",
      "\ufeff",
    ]);
    changed = changed.slice(0, at) + piece + changed.slice(rest);
  }
  return changed;
}

/** A JSON text with one of its values replaced by another. */
function replaced(random, text) {
  const places = [...text.matchAll(/:("[^"]*"|\d+|true)/g)];
  const place = pick(random, places);
  const start = place.index + 1;
  return text.slice(0, start) + anyJson(random, 3) + text.slice(start + place[1].length);
}
