// Makes an object that cannot be changed at any depth: whoever tries in strict mode throws.

/** @template T @param {T} value @returns {T} */
export function deepFreeze(value) {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const entry of Object.values(value)) deepFreeze(entry);
  }
  return value;
}
