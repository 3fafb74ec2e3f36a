// An import of a CSV and a list of all users, against loops written by hand, side by side on the native emulator.
// Prints rates and memory; exits with 1 if a target is missed.
//
//   node bench/provision/run.mjs [ROWS] [ROUNDS]

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const [rows = 100_000, rounds = 1] = process.argv.slice(2).map(Number);
const CONCURRENCY = 16;
const folder = mkdtempSync(join(tmpdir(), "bench-provision-"));

/** A native emulator without users; ends with its input. */
async function emulator() {
  const child = spawn(
    `${root}target/release/cometchat-emulator`,
    ["--port", "0", "--database-url", "memory:", "--no-seed", "--exit-with-stdin"],
    { stdio: ["pipe", "pipe", "ignore"] },
  );
  const values = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^COMETCHAT_(\w+)=(.+)$/.exec(line) ?? [];
    if (name) values[name] = value;
    if (name === "REST_API_KEY") break;
  }
  const stop = async () => {
    child.stdin.end();
    await once(child, "close");
  };
  return { address: `http://${values.EMULATOR_HOST}`, key: values.REST_API_KEY, stop };
}

/** Runs a program; returns what it printed, its seconds and its memory at most, in MB. */
async function timed(args) {
  const program = ["-f", "%e %M", process.execPath, ...args];
  const child = spawn("/usr/bin/time", program, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(stdout + stderr);
  const [seconds, kilobytes] = stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return { ...JSON.parse(stdout), seconds, megabytes: kilobytes / 1024 };
}

const csv = (await import("./users.mjs")).csv(rows);
writeFileSync(join(folder, "users.csv"), csv);
const here = fileURLToPath(new URL(".", import.meta.url));
const app = ({ address, key }) => [address, "emulator", key];
const results = { import: { hand: [], ours: [] }, list: { hand: [], ours: [] } };
for (let round = 0; round < rounds; round++) {
  for (const who of round % 2 ? ["ours", "hand"] : ["hand", "ours"]) {
    const server = await emulator();
    const byHand = [`${here}by-hand.mjs`, "import", "users.csv", ...app(server), `${CONCURRENCY}`];
    const command = [`${root}pkg/dist/command.js`, "import", "users.csv", "--json"];
    command.push(`--emulator=${server.address}`, "--concurrency", `${CONCURRENCY}`);
    results.import[who].push(await timed(who === "hand" ? byHand : command));
    if (who === "ours") {
      for (let turn = 0; turn < 3; turn++) {
        results.list.hand.push(await timed([`${here}by-hand.mjs`, "list", ...app(server)]));
        results.list.ours.push(await timed([`${here}by-package.mjs`, ...app(server)]));
      }
    }
    await server.stop();
  }
}
rmSync(folder, { recursive: true });

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
let isMissed = false;
for (const [what, { hand, ours }] of Object.entries(results)) {
  const rate = (all) => rows / median(all.map(({ seconds }) => seconds));
  const memory = (all) => Math.max(...all.map(({ megabytes }) => megabytes));
  const ratio = rate(ours) / rate(hand);
  isMissed ||= ratio < 0.9 || (what === "import" && memory(ours) >= 150);
  console.log(
    `${what.padEnd(7)} by hand ${rate(hand).toFixed(0)}/s, ${memory(hand).toFixed(0)} MB; ` +
      `package ${rate(ours).toFixed(0)}/s, ${memory(ours).toFixed(0)} MB; ${ratio.toFixed(2)} ×`,
  );
}
process.exitCode = isMissed ? 1 : 0;
