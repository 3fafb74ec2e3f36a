// The package's entry in Node, Deno and Bun, which read the engine from the file beside this script.

import { readFile } from "node:fs/promises";
import type { Emulator, EmulatorOptions } from "./api.js";
import { create, type Platform } from "./create.js";
import { listen } from "./listen.js";

export type * from "./api.js";

/** @internal */
export const platform: Platform = {
  module: async () =>
    WebAssembly.compile(await readFile(new URL("./engine.wasm", import.meta.url))),
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
