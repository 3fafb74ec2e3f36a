// Fakes of a browser's `localStorage` and `sessionStorage` for Node.

import { afterEach } from "node:test";

/** A storage as browsers have it, in memory. */
export function workingStorage() {
  const entries = new Map();
  return {
    entries,
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, String(value)),
    removeItem: (key) => void entries.delete(key),
  };
}

/** A storage that refuses everything, as a browser's does in some private modes. */
export function refusingStorage() {
  const refuse = () => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  };
  return { getItem: refuse, setItem: refuse, removeItem: refuse };
}

/** A storage that can be read but not written: its quota is used up. */
export function fullStorage(entries = new Map()) {
  return {
    ...workingStorage(),
    entries,
    getItem: (key) => entries.get(key) ?? null,
    removeItem: (key) => void entries.delete(key),
    setItem() {
      throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    },
  };
}

/**
 * Puts properties into the global scope until the test has ended.
 *
 * @param {Record<string, PropertyDescriptor>} descriptors
 */
export function withGlobals() {
  const former = new Map();
  afterEach(() => {
    for (const [name, descriptor] of former) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
    }
    former.clear();
  });
  return (name, descriptor) => {
    if (!former.has(name)) former.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { configurable: true, ...descriptor });
  };
}
