// Where Cloudflare's runtime gets the server's module: compiled beforehand, since it compiles none while it runs.

import module from "./cometchat_users_server.wasm";

/** The compiled module. */
export const source = (): WebAssembly.Module => module;
