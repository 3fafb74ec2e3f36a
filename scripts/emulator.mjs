// Starts the emulator in a process of its own, and waits until it is ready. Used by `npm start` and by the
// tests.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Failure, root } from "./setup.mjs";

const binary = process.env.COMETCHAT_EMULATOR_BIN ?? `${root}/target/release/cometchat-emulator`;

/**
 * Starts an emulator. It ends with this process at the latest.
 *
 * @param {object} [options]
 * @param {number} [options.port] Default: a free one.
 * @param {string} [options.databaseUrl] Default: in memory.
 * @param {string[]} [options.args] More arguments.
 * @returns {Promise<{ url: string, appId: string, authKey: string, restApiKey: string,
 *   stop(): Promise<void>, reset(): Promise<void> }>}
 */
export async function startEmulator({ port = 0, databaseUrl = "sqlite::memory:", args = [] } = {}) {
  const child = spawn(
    binary,
    ["--port", String(port), "--database-url", databaseUrl, "--exit-with-stdin", ...args],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let log = "";
  child.stderr.on("data", (chunk) => {
    log = (log + chunk).slice(-4000);
  });
  const ended = new Promise((resolve) => child.once("close", resolve));

  const variables = {};
  const started = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const variable =
        /^\s*(?:export )?(COMETCHAT_(?:EMULATOR_HOST|APP_ID|AUTH_KEY|REST_API_KEY))=(\S+)/.exec(
          line,
        );
      if (variable) variables[variable[1]] = variable[2];
      if (Object.keys(variables).length === 4) return true;
    }
    return false;
  })();
  const spawned = new Promise((_, reject) => child.once("error", reject));
  if (!(await Promise.race([started, spawned]))) {
    // The last thing it says is why.
    throw new Failure(log.trim().split("\n").at(-1) || "The emulator ended before it was ready.");
  }
  child.stdout.resume();

  const url = `http://${variables.COMETCHAT_EMULATOR_HOST}`;
  return {
    url,
    appId: variables.COMETCHAT_APP_ID,
    authKey: variables.COMETCHAT_AUTH_KEY,
    restApiKey: variables.COMETCHAT_REST_API_KEY,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
    async reset() {
      await fetch(`${url}/__emulator/reset`, { method: "POST" });
    },
  };
}
