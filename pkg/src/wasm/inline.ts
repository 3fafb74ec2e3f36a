// Where Node, Deno, Bun and CommonJS get the WebAssembly module: from this script itself, so that a
// server's bundler has no file to lose.

import { wasmBase64 } from "../generated/wasm-base64.js";

/** The module's bytes. */
export const source = (): Uint8Array =>
  Uint8Array.from(atob(wasmBase64), (character) => character.charCodeAt(0));
