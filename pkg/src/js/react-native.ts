// What is different in React Native beyond its engine.

/**
 * Whether this is React Native. A response's `arrayBuffer` is there, and rejects in many of its versions; and
 * then the body is spent. Its `text` works in all.
 */
export const isReactNative = (): boolean =>
  (globalThis as { navigator?: { product?: unknown } }).navigator?.product === "ReactNative";
