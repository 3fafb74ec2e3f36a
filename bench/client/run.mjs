// `npm run bench`: the package beside the official SDK and beside a hand-written `fetch`, in turns
// within one run. Prints medians and ratios, and ends with 1 when a target is missed.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { end, median, report } from "./report.mjs";
import { measureThroughput } from "./throughput.mjs";

const STARTS = 21;
const CALL_RUNS = 5;
const THROUGHPUT_ROUNDS = 9;
/** What a heap may differ by from one collection to the next, in bytes. */
const HEAP_NOISE = 300_000;

/** Runs a script of this folder in a process of its own; gives what it prints. */
const node = (script, ...args) =>
  execFileSync(process.execPath, [...args.filter(isFlag), path(script), ...args.filter(isValue)], {
    encoding: "utf8",
  });
const isFlag = (argument) => argument.startsWith("--");
const isValue = (argument) => !isFlag(argument);
const path = (script) => fileURLToPath(new URL(script, import.meta.url));

/** Medians of two measurements made in turns, and the first as a multiple of the second. */
function inTurns(times, measure) {
  const ours = [];
  const official = [];
  for (let turn = 0; turn < times; turn++) {
    ours.push(measure("ours"));
    official.push(measure("official"));
  }
  return compared(ours, official);
}

function compared(ours, other) {
  const medians = { ours: median(ours), other: median(other) };
  return { ...medians, ratio: medians.ours / medians.other };
}

const start = inTurns(STARTS, (name) => {
  const begin = process.hrtime.bigint();
  node("start.mjs", name);
  return Number(process.hrtime.bigint() - begin) / 1e6;
});
report(
  "import, init and first call, whole process",
  `${start.ours.toFixed(0)} ms, official SDK ${start.other.toFixed(0)} ms, ${start.ratio.toFixed(2)} x`,
  start.ratio <= 0.6,
  "at most 0.6 x",
);

const call = inTurns(CALL_RUNS, (name) => Number(node("call.mjs", name)));
report(
  "one createUser with an instant fetch",
  `${call.ours.toFixed(1)} µs, official SDK ${call.other.toFixed(1)} µs, ${call.ratio.toFixed(2)} x`,
  call.ratio <= 1,
  "at most 1.0 x",
);

const rates = await measureThroughput(THROUGHPUT_ROUNDS);
const rate = compared(rates.ours, rates.byHand);
report(
  "calls per second over loopback HTTP, 32 in flight",
  `${rate.ours.toFixed(0)}, hand-written fetch ${rate.other.toFixed(0)}, ${rate.ratio.toFixed(2)} x`,
  rate.ratio >= 0.9,
  "at least 0.9 x",
);

const samples = JSON.parse(node("memory.mjs", "--expose-gc"));
const [first] = samples;
const last = samples.at(-1);
const kilobytes = (bytes) => `${Math.round(bytes / 1024)} KB`;
report(
  "memory after 10,000 and after 100,000 calls, a third failing",
  `heap ${kilobytes(first.heap)} and ${kilobytes(last.heap)}, ` +
    `module ${kilobytes(first.module)} and ${kilobytes(last.module)}`,
  last.heap - first.heap < HEAP_NOISE && last.module === first.module,
  "flat",
);

end();
