// Where Cloudflare's runtime gets the WebAssembly module: compiled beforehand, since it compiles
// none while it runs.

import module from "../cometchat_users.wasm";
import type { WasmSource } from "../loader.js";
import { instanceOf } from "./given.js";

/** An instance of the compiled module. */
export const instance = (imports: object, given?: Awaited<WasmSource>) =>
  instanceOf(given ?? module, imports);
