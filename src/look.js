// What the module needs from JavaScript: reads of anybody's values, which never throw; a clock; and alarms, which
// ring after a time or when a signal is aborted. Nothing is decided here.

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
 * Reads the first entries of a list, each of them once; one whose reading throws counts as undefined.
 *
 * @param {any} list
 * @param {number} count
 */
export const entries = (list, count) =>
  Array.from({ length: count }, (_, index) => get(list, index));

/** The kinds of values that `kindOf` tells apart, in the order of `Kind` in js.rs. */
const KINDS = ["undefined", "null", "string", "number", "boolean", "object", "empty", "texts"];

/**
 * Which kind of value a property has, of an object that `JSON.parse` made: its place among `KINDS`, behind them for
 * any other list.
 *
 * @param {any} value
 * @param {string} name
 */
export function kindOf(value, name) {
  const found = get(value, name);
  /** @type {string} */
  let kind = typeof found;
  if (found === null) kind = "null";
  else if (Array.isArray(found)) {
    if (!found.length) kind = "empty";
    else kind = found.every((entry) => typeof entry === "string") ? "texts" : "other";
  }
  const place = KINDS.indexOf(kind);
  return place < 0 ? KINDS.length : place;
}

/**
 * How many bytes a text has as UTF-8.
 *
 * @param {string} text
 */
export const utf8Bytes = (text) => new TextEncoder().encode(text).length;

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

/**
 * The names of an object's own properties that are not among these; the first hundred of them.
 *
 * @param {object} value
 * @param {string} known Names, each between a space and a comma.
 */
export function namesBesides(value, known) {
  try {
    return Object.keys(value)
      .filter((name) => !known.includes(` ${name},`))
      .slice(0, 100);
  } catch {
    return [];
  }
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
 * @typedef {object} Shared What the alarms on one signal share.
 * @property {Set<() => void>} rings
 * @property {() => void} listener
 */

/** @type {WeakMap<AbortSignal, Shared>} */
const shared = new WeakMap();

/**
 * A promise, `rung`, that resolves with `true` after some milliseconds (not at all after more than a timer takes,
 * 24 days), and with something else as soon as the signal is aborted. `first` gives what another promise resolves with,
 * unless it rings before; `cancel` takes back timer and listener.
 *
 * @param {number} milliseconds
 * @param {AbortSignal | undefined} signal Anybody's: it may throw.
 */
export function alarm(milliseconds, signal) {
  /** @type {(value?: unknown) => void} */
  let ring = () => {};
  const rung = new Promise((resolve) => {
    ring = resolve;
  });
  const timer = milliseconds < 2 ** 31 ? setTimeout(ring, milliseconds, true) : undefined;
  if (signal) listen(signal, ring);
  const cancel = () => {
    clearTimeout(timer);
    if (signal) unlisten(signal, ring);
  };
  /** @param {Promise<unknown>} promise */
  const first = (promise) => Promise.race([promise, rung]);
  return { rung, first, cancel };
}

/**
 * Has a function called when the signal is aborted. All calls share one listener on a signal: Node warns of
 * a leak at the eleventh.
 *
 * @param {AbortSignal} signal
 * @param {() => void} ring
 */
export function listen(signal, ring) {
  try {
    let known = shared.get(signal);
    if (!known) {
      const rings = new Set();
      const listener = () => {
        for (const ring of rings) ring();
      };
      known = { rings, listener };
      shared.set(signal, known);
      signal.addEventListener("abort", known.listener);
    }
    known.rings.add(ring);
  } catch {}
}

/**
 * @param {AbortSignal} signal
 * @param {() => void} ring
 */
export function unlisten(signal, ring) {
  const known = shared.get(signal);
  if (known?.rings.delete(ring) && !known.rings.size) {
    shared.delete(signal);
    try {
      signal.removeEventListener("abort", known.listener);
    } catch {}
  }
}
