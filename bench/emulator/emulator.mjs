// Starts what is measured, each in a folder of its own: the emulator, and the server that it is compared
// with. Their logs are discarded.

import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

export const EMULATOR =
  process.env.COMETCHAT_EMULATOR_BIN ?? `${root}target/release/cometchat-emulator`;
export const HELLO = `${root}target/release/examples/hello`;

/** A temporary folder, which `remove` deletes. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), "emulator-bench-"));
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

/** The bytes of all files in a folder. */
export const bytesIn = (path) =>
  readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);

/**
 * Starts a program that prints NAME=value lines and ends with its standard input.
 *
 * @returns {Promise<Record<string, string> & { readyMs: number, stop(): Promise<void> }>}
 */
export async function start(binary, args, last) {
  const began = performance.now();
  const child = spawn(binary, args, { stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const failed = new Promise((_, reject) => child.once("error", reject));
  const known = {};
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const [, name, value] = /^(COMETCHAT_\w+)=(.+)$/.exec(line) ?? [];
      if (name) known[name] = value;
      if (name === last) return true;
    }
    return false;
  })();
  if (!(await Promise.race([ready, failed])))
    throw new Error(`${binary} ended before it was ready`);
  const readyMs = performance.now() - began;
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  return { ...known, readyMs, stop };
}

/**
 * Starts an emulator on a database.
 *
 * @param {string} databaseUrl
 * @param {{ flags?: string[], binary?: string }} [options]
 */
export async function startEmulator(databaseUrl, { flags = [], binary = EMULATOR } = {}) {
  const args = ["--port", "0", "--database-url", databaseUrl, "--exit-with-stdin", ...flags];
  const emulator = await start(binary, args, "COMETCHAT_REST_API_KEY");
  return {
    address: emulator.COMETCHAT_EMULATOR_HOST,
    appId: emulator.COMETCHAT_APP_ID,
    authKey: emulator.COMETCHAT_AUTH_KEY,
    restApiKey: emulator.COMETCHAT_REST_API_KEY,
    readyMs: emulator.readyMs,
    stop: emulator.stop,
  };
}

/** Starts the bare server of the same framework. */
export async function startHello() {
  const hello = await start(HELLO, [], "COMETCHAT_EMULATOR_HOST");
  return { address: hello.COMETCHAT_EMULATOR_HOST, stop: hello.stop };
}
