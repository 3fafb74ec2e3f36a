// Where Cloudflare's runtime gets the server's module: compiled beforehand, since it compiles none while it runs.

import { instanceOf } from "../wasm/given.js";
import module from "./cometchat_users_server.wasm";

/** An instance of the compiled module. */
export const instance = (imports: object) => instanceOf(module, imports);
