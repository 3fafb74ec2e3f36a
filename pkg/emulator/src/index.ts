// The package's entry in Node, Deno and Bun, which read the engine from the file beside this script.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Emulator, EmulatorOptions } from "./api.js";
import { create, type Platform } from "./create.js";
import { listen } from "./listen.js";

export type * from "./api.js";

/** @internal */
export const platform: Platform = {
  async module() {
    // Not by `new URL`: in a test runner's page environment, that class is not Node's.
    const folder = dirname(fileURLToPath(import.meta.url));
    return WebAssembly.compile(await readFile(join(folder, "engine.wasm")));
  },
  listen,
};

/**
 * Creates an emulator of CometChat's user API in this process: no port, no process, no network.
 *
 * ```js
 * const emulator = await createEmulator({ users: [{ uid: "kevin", name: "Kevin" }] });
 * await init(emulator.appId, { region: "us", fetch: emulator.fetch });
 * ```
 *
 * @param options Apps and keys, users to begin with, the clock and others; all have defaults.
 * @throws TypeError that names an option that is unknown or does not fit.
 */
export async function createEmulator(options?: EmulatorOptions): Promise<Emulator> {
  const { emulator } = await create(platform, options);
  return emulator;
}
