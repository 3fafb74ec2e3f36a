// Freezes an object at every depth: in strict mode, an attempt to change it throws.

/** @template T @param {T} value @returns {T} */
export function deepFreeze(value) {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const entry of Object.values(value)) deepFreeze(entry);
  }
  return value;
}
