// Runs a fault in a process of its own, with a server in this one, and gives what came of it.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { environment } from "../../support/programs.mjs";
import { deserted, healthy, serve } from "./server.mjs";

/** The process has to end by itself long before this. */
const WATCHDOG_MS = 30_000;

/**
 * Runs a script of this folder, which reports on file descriptor 3.
 *
 * @returns {Promise<{ code: number | null, signal: string | null, output: string, lines: object[],
 *   lingeredMs: number, isKilled: boolean }>} `lingeredMs`: from the first report to the end.
 */
export function runChild(script, args, input, { nodeArgs = [], watchdogMs = WATCHDOG_MS } = {}) {
  return new Promise((resolve, reject) => {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const child = spawn(process.execPath, [...nodeArgs, path, ...args], {
      env: environment({ NODE_NO_WARNINGS: "1", FAULT: JSON.stringify(input) }),
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    let output = "";
    let reports = "";
    let reportedAt;
    let isKilled = false;
    const watchdog = setTimeout(() => {
      isKilled = true;
      child.kill("SIGKILL");
    }, watchdogMs);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk) => {
        output += chunk;
      });
    }
    child.stdio[3].setEncoding("utf8").on("data", (chunk) => {
      reportedAt ??= performance.now();
      reports += chunk;
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(watchdog);
      const lines = reports
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      const lingeredMs = performance.now() - (reportedAt ?? performance.now());
      resolve({ code, signal, output, lines, lingeredMs, isKilled });
    });
  });
}

/** Starts the servers of a fault. */
export async function stageServers(fault) {
  const elsewhere = fault.elsewhere && (await serve(fault.elsewhere));
  const server = await serve((socket, request) => {
    request.elsewhere = elsewhere?.url;
    return (fault.answer ?? healthy)(socket, request);
  });
  return {
    url: fault.url === "deserted" ? await deserted() : (fault.url ?? server.url),
    server,
    elsewhere,
    async stop() {
      await server.stop();
      await elsewhere?.stop();
    },
  };
}

/** Runs a fault against this package. */
export async function runFault(fault) {
  const servers = await stageServers(fault);
  try {
    const result = await runChild("child.mjs", [], { id: fault.id, url: servers.url });
    const report = result.lines.find((line) => line.outcomes);
    return {
      ...result,
      outcomes: report?.outcomes ?? {},
      unhandled: report?.unhandled ?? ["no report"],
      requests: countByCaller(servers.server.requests),
      elsewhere: servers.elsewhere?.requests ?? [],
    };
  } finally {
    await servers.stop();
  }
}

function countByCaller(requests) {
  const counts = {};
  for (const { caller } of requests) counts[caller] = (counts[caller] ?? 0) + 1;
  return counts;
}

/** Does `work` for each item, a few at a time. */
export async function pooled(items, size, work) {
  const queue = items.entries();
  const results = new Array(items.length);
  await Promise.all(
    Array.from({ length: size }, async () => {
      for (const [index, item] of queue) results[index] = await work(item);
    }),
  );
  return results;
}
