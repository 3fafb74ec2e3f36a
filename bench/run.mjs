// `npm run bench`: the package beside the official SDK and beside a hand-written `fetch`, and the
// emulator beside what it is built on; in turns within one run. Prints medians and ratios, and ends with 1
// when a target is missed.
//
//   npm run bench                  all of it; stores bench/results/latest.*, docs/bench/*.svg and the
//                                  README's section
//   npm run bench -- PART …        only these parts; stores to target/bench
//   npm run bench -- --quick       a few calls of each: whether everything runs. Its figures prove
//                                  nothing, so that they are not judged

import { parseArgs } from "node:util";
import { run } from "../scripts/setup.mjs";
import { machine } from "./machine.mjs";
import { line } from "./report.mjs";
import { store } from "./results.mjs";
import { installTools } from "./tools.mjs";

/** From this load on a run says that its figures are blurred. */
const BUSY = 0.5;

const PARTS = {
  download: ["What a page downloads", () => import("./client/parts/download.mjs")],
  start: ["Cold start in Node", () => import("./client/parts/start.mjs")],
  page: ["Cold start in Chromium", () => import("./client/parts/page.mjs")],
  call: ["One call, with a `fetch` that answers at once", () => import("./client/parts/call.mjs")],
  throughput: ["Calls over loopback HTTP", () => import("./client/parts/throughput.mjs")],
  spent: ["What a call's time is spent on", () => import("./client/parts/spent.mjs")],
  memory: ["Memory", () => import("./client/parts/memory.mjs")],
  growth: ["How the cost grows", () => import("./client/parts/growth.mjs")],
  emulator: ["The emulator", emulator],
};

/** The emulator's benchmarks have their own settings. */
async function emulator() {
  run("cargo", ["build", "--release", "--package", "cometchat-emulator", "--bins", "--examples"]);
  const { measureEmulator } = await import("./emulator/measure.mjs");
  const log = (text) => console.log(`     ${text}`);
  const measure = ({ quick }) =>
    measureEmulator(quick ? { rounds: 1, seconds: 1, sizes: [1_000], log } : { log });
  return { default: measure };
}

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  const known = Object.keys(PARTS).join(", ");
  console.error(`No such part: ${unknown.join(", ")}. There are: ${known}.`);
  process.exit(2);
}
const wanted = positionals.length > 0 ? positionals : Object.keys(PARTS);

run("cargo", ["xtask", "build"]);
installTools();
const about = machine();
console.log(`${about.cpu}, ${about.cores} cores, ${about.system}, Node ${about.versions.Node}`);
if (about.load > BUSY) {
  console.log(
    `Other programs want ${about.load} cores: times will tell more of them than of what is measured.`,
  );
}

const parts = {};
for (const name of wanted) {
  const [title, load] = PARTS[name];
  console.log(`\n=== ${name}: ${title}`);
  const start = performance.now();
  const { default: measure } = await load();
  const part = await measure({ quick: values.quick });
  const seconds = Math.round((performance.now() - start) / 1000);
  for (const figure of part.figures) console.log(line(figure, values.quick));
  console.log(`(${seconds} s)`);
  parts[name] = { title, seconds, ...part };
}

const isComplete = positionals.length === 0 && !values.quick;
const files = await store({ machine: about, parts }, isComplete);
console.log(`\nStored: ${files.join(", ")}`);

const missed = Object.values(parts)
  .flatMap(({ figures }) => figures)
  .filter(({ ok }) => ok === false);
process.exit(missed.length > 0 && !values.quick ? 1 : 0);
