// What a call's time is spent on: runs one contender under Node's profiler and prints self time by
// group, and the functions that take most.
//
//   node bench/client/profile.mjs [call|loopback] [ours|official|by-hand] ['{ "full": true, … }']
//
// The last argument is a scenario as call.mjs has them; for loopback, only inFlight counts.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { path, startServer } from "./programs.mjs";

const [what = "call", contender = "ours", text = "{}"] = process.argv.slice(2);
const scenario = JSON.parse(text);
const CALLS = what === "call" ? 100_000 : 20_000;
const WARM_UP = 5_000;
const INTERVAL_US = 100;
const SHOWN = 30;

/** Where a function belongs, by its script; the first that fits. */
const GROUPS = [
  ["garbage collector", ({ functionName }) => functionName === "(garbage collector)"],
  ["idle", ({ functionName }) => functionName === "(idle)"],
  ["engine", ({ functionName }) => /^\((program|root)\)$/.test(functionName)],
  ["wasm", ({ url }) => ownModules.has(url)],
  ["fetch (undici)", ({ url }) => url.startsWith("wasm:")],
  ["glue (generated bindings)", ({ url }) => url.includes("/generated/")],
  ["package (TypeScript)", ({ url }) => url.includes("/pkg/dist/")],
  ["official SDK", ({ url }) => url.includes("chat-sdk-javascript")],
  ["bench", ({ url }) => url.includes("/bench/")],
  ["fetch (undici)", ({ url }) => url.includes("undici")],
  ["Node, other", ({ url }) => url.startsWith("node:")],
  ["engine", () => true],
];

const folder = mkdtempSync(join(tmpdir(), "cometchat-users-profile-"));
const server = what === "loopback" ? await startServer() : undefined;
let profile;
try {
  const settings = server
    ? { contender, base: server.base, inFlight: 32, warmUp: WARM_UP, calls: CALLS, ...scenario }
    : { contender, scenarios: [scenario], warmUp: WARM_UP, rounds: 1, calls: CALLS };
  const flags = ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_US}`];
  const script = path(server ? "loopback.mjs" : "call.mjs");
  const printed = execFileSync(process.execPath, [...flags, script, JSON.stringify(settings)]);
  console.log(`${contender}, ${what}, ${text}: ${printed.toString().trim()} while profiled\n`);
  profile = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]), "utf8"));
} finally {
  server?.stop();
  rmSync(folder, { recursive: true });
}

const byId = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
// Node's own fetch has a module, too: the package's is the one that the bindings call.
const ownModules = new Set(
  profile.nodes
    .filter(({ callFrame }) => callFrame.url.includes("/generated/"))
    .flatMap(({ children = [] }) => children.map((id) => byId.get(id).url))
    .filter((url) => url.startsWith("wasm:")),
);
const groups = new Map();
const functions = new Map();
let total = 0;
profile.samples.forEach((id, index) => {
  const frame = byId.get(id);
  const time = profile.timeDeltas[index];
  const [group] = GROUPS.find(([, fits]) => fits(frame));
  const line = frame.lineNumber >= 0 ? `:${frame.lineNumber + 1}` : "";
  const place = frame.url.startsWith("wasm:") ? "" : frame.url.replace(/.*\//, "") + line;
  const name = `${frame.functionName || "(anonymous)"} ${place}`;
  groups.set(group, (groups.get(group) ?? 0) + time);
  const known = functions.get(name) ?? { group, time: 0 };
  known.time += time;
  functions.set(name, known);
  if (group !== "idle") total += time;
});

const row = (time, ...columns) =>
  `${((100 * time) / total).toFixed(1).padStart(6)} %  ` +
  `${(time / (CALLS + WARM_UP)).toFixed(2).padStart(7)} µs  ${columns.join("  ")}`;
console.log("self time, of all that is not idle, and per call (start and warm-up are in it)\n");
for (const [group, time] of [...groups].sort(([, a], [, b]) => b - a)) {
  console.log(row(time, group));
}
console.log();
for (const [name, { group, time }] of [...functions]
  .sort(([, a], [, b]) => b.time - a.time)
  .slice(0, SHOWN)) {
  console.log(row(time, name.padEnd(50), group));
}
