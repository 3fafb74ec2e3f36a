// Runs one contender under Node's profiler, and returns where its calls' time went.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { path, startServer } from "./programs.mjs";

const INTERVAL_US = 100;
/** What Node loads of the package. */
const BUNDLE = "/pkg/dist/node/api.js";

/** The group of a function, by its script: the first that matches. */
const groupsOf = (ownModules) => [
  ["garbage collector", ({ functionName }) => functionName === "(garbage collector)"],
  ["idle", ({ functionName }) => functionName === "(idle)"],
  ["engine", ({ functionName }) => /^\((program|root)\)$/.test(functionName)],
  ["wasm", ({ url }) => ownModules.has(url)],
  ["fetch (undici)", ({ url }) => url.startsWith("wasm:")],
  ["glue (generated bindings)", ({ url }) => /\/(generated|glue)\//.test(url)],
  ["package (TypeScript)", ({ url }) => url.includes("/pkg/dist/")],
  ["official SDK", ({ url }) => url.includes("chat-sdk-javascript")],
  ["bench", ({ url }) => url.includes("/bench/")],
  ["fetch (undici)", ({ url }) => url.includes("undici")],
  ["Node, other", ({ url }) => url.startsWith("node:")],
  ["engine", () => true],
];

/**
 * @param {"call" | "loopback"} what With a `fetch` that answers at once, or over loopback HTTP with 32 in
 *   flight.
 * @param {string} contender
 * @param {object} scenario As in call.mjs; for loopback, only `inFlight` counts.
 * @param {{ warmUp: number, calls: number }} load
 * @returns {Promise<{ printed: string, groups: Map<string, number>, functions: Map<string, { group: string,
 *   time: number }> }>} Self times in microseconds per call, start and warm-up included.
 */
export async function selfTimes(what, contender, scenario, { warmUp, calls }) {
  const folder = mkdtempSync(join(tmpdir(), "cometchat-users-profile-"));
  const server = what === "loopback" ? await startServer() : undefined;
  try {
    const settings = server
      ? { contender, base: server.base, inFlight: 32, warmUp, calls, ...scenario }
      : { contender, scenarios: [scenario], warmUp, rounds: 1, calls };
    const flags = ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_US}`];
    const script = path(server ? "loopback.mjs" : "call.mjs");
    const args = [...flags, script, JSON.stringify(settings)];
    const printed = execFileSync(process.execPath, args, { encoding: "utf8" }).trim();
    const profile = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]), "utf8"));
    return { printed, ...summed(profile, warmUp + calls) };
  } finally {
    server?.stop();
    rmSync(folder, { recursive: true });
  }
}

/** The module of the package that a line of Node's single file comes from: the bundler names it above. */
function moduleAt(lines, lineNumber) {
  const title = lines.slice(0, lineNumber + 1).findLast((line) => /^\/\/ \S+\.js$/.test(line));
  return title?.slice("// ".length) ?? "";
}

function summed(profile, calls) {
  const bundle = profile.nodes.find(({ callFrame }) => callFrame.url.endsWith(BUNDLE))?.callFrame
    .url;
  const lines = bundle ? readFileSync(new URL(bundle), "utf8").split("\n") : [];
  for (const { callFrame } of profile.nodes) {
    if (callFrame.url === bundle) {
      callFrame.url = new URL(`../${moduleAt(lines, callFrame.lineNumber)}`, bundle).href;
    }
  }
  const byId = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  // Node's own fetch has a module, too: ours is the one that the bindings call.
  const ownModules = new Set(
    profile.nodes
      .filter(({ callFrame }) => callFrame.url.includes("/generated/"))
      .flatMap(({ children = [] }) => children.map((id) => byId.get(id).url))
      .filter((url) => url.startsWith("wasm:")),
  );
  const known = groupsOf(ownModules);
  const groups = new Map();
  const functions = new Map();
  profile.samples.forEach((id, index) => {
    const frame = byId.get(id);
    const time = profile.timeDeltas[index] / calls;
    const [group] = known.find(([, fits]) => fits(frame));
    const line = frame.lineNumber >= 0 ? `:${frame.lineNumber + 1}` : "";
    const place = frame.url.startsWith("wasm:") ? "" : frame.url.replace(/.*\//, "") + line;
    const name = `${frame.functionName || "(anonymous)"} ${place}`;
    groups.set(group, (groups.get(group) ?? 0) + time);
    functions.set(name, { group, time: (functions.get(name)?.time ?? 0) + time });
  });
  return { groups, functions };
}
