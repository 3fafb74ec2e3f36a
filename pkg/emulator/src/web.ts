// The package's entry in a page and in its workers, which download the engine from beside this script. Bundlers
// know this very expression, copy the file and put its new address here.

import { create, type Platform } from "./create.js";
import type { createEmulator as documented } from "./index.js";

const platform: Platform = {
  async module() {
    const response = await fetch(new URL("./engine.wasm", import.meta.url));
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
    // Compiled in one piece: a web host may send the file under any type.
    return WebAssembly.compile(await response.arrayBuffer());
  },
};

export const createEmulator: typeof documented = async (options) =>
  (await create(platform, options)).emulator;
