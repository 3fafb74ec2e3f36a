// Where a page gets the WebAssembly module: from the script itself, compressed, so that there is no second
// request, and no file for a bundler to lose.

import { wasmDeflated } from "../generated/wasm-deflated.js";
import type { WasmSource } from "../loader.js";
import { instanceOf } from "./given.js";

/**
 * An instance of the module, which is compiled while it is decompressed. Its checksum tells when something on the way
 * has changed the text.
 */
export async function instance(imports: object, given?: Awaited<WasmSource>) {
  if (given) return instanceOf(given, imports);
  const bytes = Uint8Array.from(atob(wasmDeflated), (character) => character.charCodeAt(0));
  const module = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const response = new Response(module, { headers: { "Content-Type": "application/wasm" } });
  return (await WebAssembly.instantiateStreaming(response, imports as WebAssembly.Imports))
    .instance;
}
