// Where a page gets the WebAssembly module: from the script itself, compressed, so that there is no second
// request, and no file for a bundler to lose.

import { wasmDeflated } from "../generated/wasm-deflated.js";

/**
 * The module, compiled while it is decompressed. Its checksum tells when something on the way has changed the
 * text.
 */
export function source(): Response {
  const bytes = Uint8Array.from(atob(wasmDeflated), (character) => character.charCodeAt(0));
  const module = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(module, { headers: { "Content-Type": "application/wasm" } });
}
