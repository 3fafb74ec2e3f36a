// Measures the emulator: how soon it is ready, how long a reply takes, and how many users it creates
// a second, with and without its database, in alternating rounds of one run. Needs a built emulator
// and the load generator wrk (Debian: apt-get install wrk).
//
//     cargo build --release -p cometchat-emulator && node bench/emulator/run.mjs
//
// Exit code 1 when a target is missed. ROUNDS and SECONDS change how long it takes.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const binary = process.env.COMETCHAT_EMULATOR_BIN ?? `${root}target/release/cometchat-emulator`;
const rounds = Number(process.env.ROUNDS ?? 5);
const seconds = Number(process.env.SECONDS ?? 3);
const CONNECTIONS = 32;

/** Starts an emulator; resolves to its block of variables and the time until that was there. */
async function start(...flags) {
  const folder = mkdtempSync(join(tmpdir(), "emulator-bench-"));
  const began = performance.now();
  const url = `sqlite://${join(folder, "emulator.db")}`;
  const child = spawn(
    binary,
    ["--port", "0", "--database-url", url, "--exit-with-stdin", ...flags],
    {
      stdio: ["pipe", "pipe", "ignore"],
    },
  );
  const known = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^(COMETCHAT_\w+)=(.+)$/.exec(line) ?? [];
    if (name) known[name] = value;
    if (name === "COMETCHAT_REST_API_KEY") break;
  }
  const readyMs = performance.now() - began;
  const stop = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.stdin.end();
    await ended;
    rmSync(folder, { recursive: true });
  };
  return { ...known, readyMs, stop };
}

function load(emulator, script, connections, ...args) {
  const output = execFileSync(
    "wrk",
    [
      "--threads=1",
      `--connections=${connections}`,
      `--duration=${seconds}s`,
      `--script=${root}bench/emulator/${script}`,
      `http://${emulator.COMETCHAT_EMULATOR_HOST}`,
      "--",
      ...args,
    ],
    { encoding: "utf8" },
  );
  const [requests, failed, perSecond, p50, p99] = /RESULT (.*)/
    .exec(output)[1]
    .split(" ")
    .map(Number);
  if (failed > 0) throw new Error(`${failed} of ${requests} requests failed`);
  return { requests, perSecond, p50, p99 };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
let missed = false;
function report(what, value, unit, target, met) {
  const verdict = target ? `   (target: ${target}${met ? "" : ": MISSED"})` : "";
  console.log(`${what.padEnd(58)}${String(value).padStart(9)} ${unit}${verdict}`);
  missed ||= target !== undefined && !met;
}

try {
  execFileSync("wrk", ["--version"], { stdio: "ignore" });
} catch (error) {
  // It answers --version with exit code 1.
  if (error.code === "ENOENT") {
    console.error("wrk is not installed: apt-get install wrk");
    process.exit(2);
  }
}

const ready = [];
for (let round = 0; round < 2 * rounds; round += 1) {
  const emulator = await start();
  ready.push(emulator.readyMs);
  await emulator.stop();
}

const stored = [];
const discarded = [];
const alone = [];
const reads = [];
for (let round = 0; round < rounds; round += 1) {
  for (const [flags, results] of [
    [[], stored],
    [["--discard-creations"], discarded],
  ]) {
    const emulator = await start(...flags);
    const {
      COMETCHAT_AUTH_KEY: key,
      COMETCHAT_APP_ID: app,
      COMETCHAT_REST_API_KEY: rest,
    } = emulator;
    results.push(load(emulator, "create.lua", CONNECTIONS, key, app, "many"));
    if (flags.length === 0) {
      alone.push(load(emulator, "create.lua", 1, key, app, "one"));
      reads.push(load(emulator, "get.lua", 1, rest, app));
    }
    await emulator.stop();
  }
}

const perSecond = (results) => median(results.map((result) => result.perSecond));
const p50 = (results) => median(results.map((result) => result.p50));
const ratio = perSecond(stored) / perSecond(discarded);
console.log(`medians of ${rounds} rounds of ${seconds} s, SQLite, log on\n`);
report(
  "ready after start, new database",
  median(ready).toFixed(1),
  "ms",
  "under 1000",
  median(ready) < 1000,
);
report("get a user, 1 connection, median reply", p50(reads), "us", "under 1000", p50(reads) < 1000);
report(
  "create a user, 1 connection, median reply",
  p50(alone),
  "us",
  "under 1000",
  p50(alone) < 1000,
);
report(`create users, ${CONNECTIONS} connections, median reply`, p50(stored), "us");
report(`create users, ${CONNECTIONS} connections`, perSecond(stored), "/s");
report("the same without the database", perSecond(discarded), "/s");
report("with : without", ratio.toFixed(2), "", "at least 0.5", ratio >= 0.5);
process.exitCode = missed ? 1 : 0;
