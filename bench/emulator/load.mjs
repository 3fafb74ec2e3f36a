// Runs the load generator wrk, and installs it where it can.

import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { apt } from "../../scripts/setup.mjs";

const script = fileURLToPath(new URL("requests.lua", import.meta.url));

/** Makes sure that wrk is installed; throws with what to do where it cannot be. */
export function installWrk() {
  // It answers --version with exit code 1.
  if (spawnSync("wrk", ["--version"]).error?.code === "ENOENT") apt("wrk", ["wrk"]);
}

/**
 * Sends requests over some connections for some seconds, and waits for every reply.
 *
 * @param {{ address: string, appId?: string, restApiKey?: string }} server
 * @param {"create" | "get" | "update" | "list" | "hello"} route
 * @param {{ connections: number, seconds: number, run?: string }} options `run` keeps the uids of two
 *   runs of creations apart.
 * @returns {Promise<{ perSecond: number, p50: number, p99: number }>} Latencies in microseconds.
 */
export async function load(server, route, { connections, seconds, run = "run" }) {
  const { stdout } = await promisify(execFile)("wrk", [
    "--threads=1",
    `--connections=${connections}`,
    `--duration=${seconds}s`,
    "--timeout=10s",
    `--script=${script}`,
    `http://${server.address}`,
    "--",
    route,
    server.restApiKey ?? "none",
    server.appId ?? "none",
    run,
  ]);
  const result = /RESULT (.*)/.exec(stdout)?.[1];
  if (!result) throw new Error(`wrk printed no result:\n${stdout}`);
  const [requests, failed, perSecond, p50, p99] = result.split(" ").map(Number);
  if (failed > 0 || requests === 0) throw new Error(`${failed} of ${requests} ${route}s failed`);
  return { perSecond, p50, p99 };
}
