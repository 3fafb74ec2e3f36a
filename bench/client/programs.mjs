// Runs the measuring processes.

import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The environment, without variables that change how the measured processes run. */
const {
  NODE_OPTIONS: _,
  NODE_TEST_CONTEXT: __,
  COMETCHAT_EMULATOR_HOST: ___,
  ...env
} = process.env;

export const path = (script) => fileURLToPath(new URL(script, import.meta.url));

/** Runs a script of this folder in a process of its own; returns the JSON that it prints. */
export async function node(script, settings = {}, flags = []) {
  const args = [...flags, path(script), JSON.stringify(settings)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

/**
 * Starts the server of this folder.
 *
 * @returns {Promise<{ base: string, cpu(): Promise<number>, stop(): void }>}
 */
export async function startServer() {
  const child = spawn(process.execPath, [path("server.mjs")], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the server has ended");
    return value;
  };
  return {
    base: `http://127.0.0.1:${await line()}/v3.0`,
    async cpu() {
      child.stdin.write("\n");
      return Number(await line());
    },
    stop: () => child.stdin.end(),
  };
}

/**
 * Runs a script of this folder from its start to its end. The script prints the CPU time it took, in
 * microseconds, as the last thing it does.
 *
 * @returns {Promise<{ wall: number, cpu: number }>} Milliseconds.
 */
export function run(script, ...args) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const stdio = ["ignore", "pipe", "inherit"];
    const child = spawn(process.execPath, [path(script), ...args], { env, stdio });
    let wall;
    let printed = "";
    child.stdout.on("data", (chunk) => {
      printed += chunk;
    });
    child.once("error", reject);
    child.once("exit", () => {
      wall = performance.now() - start;
    });
    child.once("close", (code) => {
      if (code === 0) resolve({ wall, cpu: Number(printed) / 1000 });
      else reject(new Error(`${script} ${args.join(" ")} ended with ${code}`));
    });
  });
}
