// Where the edge runtime of Next.js gets the server's module: its bundlers compile what is imported so.

import module from "./cometchat_users_server.wasm?module";

/** The compiled module. */
export const source = (): WebAssembly.Module => module;
