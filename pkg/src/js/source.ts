// Where the build without WebAssembly gets the module from: it has none, and starts its core instead.

/** No module. */
export const source = (): undefined => undefined;
