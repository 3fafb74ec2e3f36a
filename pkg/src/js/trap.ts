// How the core ends in the build without WebAssembly, where there is no `WebAssembly.RuntimeError`.

/** The end of the core: thrown where WebAssembly would trap. */
export class Trap extends Error {
  constructor() {
    super("unreachable");
  }
}
