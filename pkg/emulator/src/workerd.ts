// The package's entry in Cloudflare's runtime, which gets the engine compiled beforehand, since it compiles none
// while it runs.

import { create, type Platform } from "./create.js";
import module from "./engine.wasm";
import type { createEmulator as documented } from "./index.js";

const platform: Platform = { module: async () => module };

export const createEmulator: typeof documented = async (options) =>
  (await create(platform, options)).emulator;
