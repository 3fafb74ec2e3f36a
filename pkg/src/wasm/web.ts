// Where a browser gets the WebAssembly module: from the file beside this script. Bundlers know this
// very expression, copy the file and put its new address here.

/** The module's address. */
export const source = (): URL => new URL("../cometchat_users.wasm", import.meta.url);
