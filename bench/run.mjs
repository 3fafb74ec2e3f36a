// `npm run bench`: compares the package with the official SDK and with a hand-written `fetch`, and the
// emulator with what it is built on, in turns within one run. Prints medians and ratios, and ends with 1
// when a target is missed.
//
//   npm run bench                  everything; stores bench/results/latest.json, and from it docs/bench/*.svg,
//                                  docs/performance.md and the README's figures
//   npm run bench -- PART …        only these parts; stores to target/bench
//   npm run bench -- --quick       a few calls of each part, to see that it runs; judges nothing
//   npm run bench -- --render      measures nothing: writes plots and documents anew from the stored run

import { parseArgs } from "node:util";
import { buildEmulatorPackage } from "../scripts/emulator-package.mjs";
import { announce, buildEmulator, buildPackage, Failure, npm, rust } from "../scripts/setup.mjs";
import { machine } from "./machine.mjs";
import { line } from "./report.mjs";
import { store, storedRun } from "./results.mjs";
import { installTools } from "./tools.mjs";

/** Above this load a run warns that its figures are blurred. */
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
  package: ["The emulator's npm package", emulatorPackage],
};

/** It is compared with the native program. */
async function emulatorPackage() {
  buildEmulator();
  buildEmulatorPackage();
  return import("./package/measure.mjs");
}

/** The emulator's benchmarks take other settings. */
async function emulator() {
  buildEmulator("--bins", "--examples");
  const { measureEmulator } = await import("./emulator/measure.mjs");
  const log = (text) => console.log(`     ${text}`);
  const measure = ({ quick }) =>
    measureEmulator(quick ? { rounds: 1, connections: [1, 32], sizes: [1_000], log } : { log });
  return { default: measure };
}

const { values, positionals } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    render: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  const known = Object.keys(PARTS).join(", ");
  throw new Failure(`No such part: ${unknown.join(", ")}. There are: ${known}.`, 2);
}
const wanted = positionals.length > 0 ? positionals : Object.keys(PARTS);

rust();
npm();
await installTools();
if (values.render) {
  console.log(`Written: ${(await store(storedRun(), true)).join(", ")}`);
  process.exit(0);
}
buildPackage();
const duration = values.quick ? "a minute or two" : "half an hour for all parts";
announce(`Measuring ${wanted.join(", ")}`, duration);
const about = machine();
console.log(`${about.cpu}, ${about.cores} cores, ${about.system}, Node ${about.versions.Node}`);
if (about.load > BUSY) {
  console.log(
    `Other programs keep ${about.load} cores busy: they will distort the figures. Better measure alone.`,
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

const missed = Object.values(parts).flatMap(({ title, figures }) =>
  figures.filter(({ ok }) => ok === false).map(({ what }) => `${title}: ${what}`),
);
if (missed.length > 0 && !values.quick) {
  throw new Failure(`Targets missed: ${missed.join("; ")}.`);
}
process.exit();
