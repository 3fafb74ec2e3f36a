// What the module needs from JavaScript: reads of any value, which never throw, and of many in one crossing; a
// clock; and the listeners on abort signals. Nothing is decided here.

/** @type {TextEncoder | undefined} */
let encoder;

/** Where texts are encoded, to see how long they become. @type {Uint8Array | undefined} */
let room;

/**
 * A property, or undefined where reading it throws or the value has none. What a careless page has put on
 * `Object.prototype` is no value's own.
 *
 * @param {any} value
 * @param {string | number} name
 */
export function get(value, name) {
  try {
    // Nothing is thrown for a value that is absent, which takes as long as half a call.
    const found = value?.[name];
    const inherited = /** @type {any} */ (Object.prototype)[name];
    if (inherited === undefined || found !== inherited || Object.hasOwn(value, name)) return found;
  } catch {}
}

/**
 * Reads properties, each of them once; one whose reading throws counts as undefined.
 *
 * @param {any} value
 * @param {string[]} names
 * @param {number} count How many of the names are looked at: 16 at most.
 * @param {unknown[]} values Gets what was read.
 * @returns {number} Two bits for each, those of the first being the lowest: 0 for undefined, 1 for null, 2 for
 *   a string, 3 for anything else.
 */
export function peek(value, names, count, values) {
  let kinds = 0;
  let unit = 1;
  for (const name of names.slice(0, count)) {
    const found = get(value, name);
    values.push(found);
    if (found !== undefined)
      kinds += unit * (found === null ? 1 : typeof found === "string" ? 2 : 3);
    unit *= 4;
  }
  return kinds;
}

/**
 * Reads the first entries of a list, each of them once; one whose reading throws counts as undefined.
 *
 * @param {any} list
 * @param {number} count
 */
export function entries(list, count) {
  const values = [];
  for (let index = 0; index < count; index++) {
    values.push(get(list, index));
  }
  return values;
}

/**
 * Whether a value that `JSON.parse` made is a list of strings.
 *
 * @param {unknown} value
 */
export function isTextList(value) {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

/**
 * Whether each entry of a list is a string that begins with a visible ASCII character and has no more UTF-16
 * units than that.
 *
 * @param {unknown[]} list
 * @param {number} units
 */
export function arePlain(list, units) {
  return list.every(
    (entry) => typeof entry === "string" && entry.length <= units && /^[!-~]/.test(entry),
  );
}

/**
 * Whether a text has at most so many bytes as UTF-8. To count them in the module, the text would have to be
 * copied there.
 *
 * @param {string} text
 * @param {number} bytes
 */
export function encodesWithin(text, bytes) {
  encoder ??= new TextEncoder();
  if (!(room?.length >= bytes)) room = new Uint8Array(bytes);
  const { read, written } = encoder.encodeInto(text, room);
  return read === text.length && written <= bytes;
}

/**
 * A value as JSON; undefined for what is none, such as a cycle.
 *
 * @param {unknown} value
 */
export function stringify(value) {
  try {
    return JSON.stringify(value);
  } catch {}
}

/**
 * Warns on the console, which may be missing or a page's own.
 *
 * @param {string} message
 */
export function warn(message) {
  try {
    console.warn(message);
  } catch {}
}

/**
 * What a JSON text means; undefined for what is none.
 *
 * @param {string} text
 */
export function parse(text) {
  try {
    return JSON.parse(text);
  } catch {}
}

/**
 * An object's class in the language's own terms, such as `[object Map]`; undefined for what is no object, and
 * for a revoked proxy.
 *
 * @param {unknown} value
 */
export function classOf(value) {
  try {
    if (typeof value === "object" && value) return Object.prototype.toString.call(value);
  } catch {}
}

/**
 * A method's result, null where it gives nothing; undefined where there is no such method or it throws.
 *
 * @param {any} value
 * @param {string} method
 * @param {unknown} first
 * @param {unknown} second
 */
export function call(value, method, first, second) {
  try {
    return value[method](first, second) ?? null;
  } catch {}
}

/**
 * The keys of all own properties, or undefined where asking for them throws.
 *
 * @param {object} value
 */
export function ownKeys(value) {
  try {
    return Reflect.ownKeys(value);
  } catch {}
}

/** Milliseconds on a clock that nobody sets: only differences mean something. */
export function now() {
  try {
    return performance.now();
  } catch {
    return Date.now();
  }
}

/**
 * @typedef {object} Shared What the calls with one signal share.
 * @property {Set<() => void>} calls
 * @property {() => void} listener
 */

/** @type {WeakMap<AbortSignal, Shared>} */
const shared = new WeakMap();

/**
 * Has a function called when the signal is aborted. All calls share one listener on a signal: Node warns of
 * a leak at the eleventh. A signal may be any object, and throw.
 *
 * @param {AbortSignal} signal
 * @param {() => void} call
 */
export function listen(signal, call) {
  try {
    let known = shared.get(signal);
    if (!known) {
      const calls = new Set();
      const listener = () => {
        for (const call of calls) call();
      };
      known = { calls, listener };
      shared.set(signal, known);
      signal.addEventListener("abort", known.listener);
    }
    known.calls.add(call);
  } catch {}
}

/**
 * @param {AbortSignal} signal
 * @param {() => void} call
 */
export function unlisten(signal, call) {
  const known = shared.get(signal);
  if (known?.calls.delete(call) && !known.calls.size) {
    shared.delete(signal);
    try {
      signal.removeEventListener("abort", known.listener);
    } catch {}
  }
}
