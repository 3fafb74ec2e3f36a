// Where the edge runtime of Next.js gets the server's module: its bundlers compile what is imported so.

import { instanceOf } from "../wasm/given.js";
import module from "./cometchat_users_server.wasm?module";

/** An instance of the compiled module. */
export const instance = (imports: object) => instanceOf(module, imports);
