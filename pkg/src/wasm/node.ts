// Where Node, Deno, Bun and CommonJS get the WebAssembly module: from the script itself, too, but not
// compressed, since a server reads it from its disk.

import { wasmBase64 } from "../generated/wasm-base64.js";
import type { WasmSource } from "../loader.js";
import { instanceOf } from "./given.js";

type Decoder = { from(text: string, encoding: "base64"): Uint8Array };

/** An instance of the module. */
export const instance = (imports: object, given?: Awaited<WasmSource>) =>
  instanceOf(given ?? bytes(), imports);

/** Node's own decoder takes a hundredth of the time of the general one. */
function bytes(): Uint8Array {
  const { Buffer } = globalThis as { Buffer?: Decoder };
  if (Buffer) return Buffer.from(wasmBase64, "base64");
  return Uint8Array.from(atob(wasmBase64), (character) => character.charCodeAt(0));
}
