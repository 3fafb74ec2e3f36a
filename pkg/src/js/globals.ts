// What takes the place of globals in the build without WebAssembly: the bundler puts these wherever the package
// names them.

export { TextDecoder, TextEncoder } from "./codecs.js";
export { Trap as "WebAssembly.RuntimeError" } from "./trap.js";
