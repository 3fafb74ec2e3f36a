// Where Cloudflare's runtime gets the WebAssembly module: compiled beforehand, since it compiles
// none while it runs.

import module from "../cometchat_users.wasm";

/** The compiled module. */
export const source = (): WebAssembly.Module => module;
