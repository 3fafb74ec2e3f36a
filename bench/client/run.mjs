// `npm run bench`: the package beside the official SDK and beside a hand-written `fetch`, in turns
// within one run. Prints medians and ratios, and ends with 1 when a target is missed.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { end, median, report } from "./report.mjs";
import { measureThroughput } from "./throughput.mjs";

const STARTS = 21;
const CALL_RUNS = 7;
const THROUGHPUT_ROUNDS = 9;
/** What heaps may differ by from one collection to the next, in bytes. */
const HEAP_NOISE = 200_000;

/** Runs a script of this folder in a process of its own; gives what it prints. */
function node(script, args = [], flags = []) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return execFileSync(process.execPath, [...flags, path, ...args], { encoding: "utf8" });
}

/** Medians of measurements made in turns, by what is measured. */
function inTurns(times, names, measure) {
  const values = names.map(() => []);
  for (let turn = 0; turn < times; turn++) {
    names.forEach((name, index) => {
      values[index].push(measure(name));
    });
  }
  return values.map(median);
}

const [ours, official, bare] = inTurns(STARTS, ["ours", "official", "bare"], (name) => {
  const begin = process.hrtime.bigint();
  node("start.mjs", [name]);
  return Number(process.hrtime.bigint() - begin) / 1e6;
});
const [net, officialNet] = [ours - bare, official - bare];
report(
  "import, init and first call, whole process",
  `${ours.toFixed(0)} ms, official SDK ${official.toFixed(0)} ms, ${(ours / official).toFixed(2)} x; ` +
    `a process that only fetches ${bare.toFixed(0)} ms, above it ` +
    `${net.toFixed(0)} and ${officialNet.toFixed(0)} ms, ${(net / officialNet).toFixed(2)} x`,
  ours <= 0.6 * official,
  "at most 0.6 x",
);

const [ourCall, officialCall] = inTurns(CALL_RUNS, ["ours", "official"], (name) =>
  Number(node("call.mjs", [name])),
);
report(
  "one createUser with an instant fetch",
  `${ourCall.toFixed(1)} µs, official SDK ${officialCall.toFixed(1)} µs, ` +
    `${(ourCall / officialCall).toFixed(2)} x`,
  ourCall <= officialCall,
  "at most 1.0 x",
);

const rates = await measureThroughput(THROUGHPUT_ROUNDS);
const rate = { ours: median(rates.ours), byHand: median(rates.byHand) };
const unlimited = median(rates.unlimited);
report(
  "calls per second over loopback HTTP, 32 in flight",
  `${rate.ours.toFixed(0)}, hand-written fetch ${unlimited.toFixed(0)}, ` +
    `${(rate.ours / unlimited).toFixed(2)} x; one with a time limit ${rate.byHand.toFixed(0)}, ` +
    `${(rate.ours / rate.byHand).toFixed(2)} x`,
  rate.ours >= 0.9 * unlimited,
  "at least 0.9 x",
);

const samples = JSON.parse(node("memory.mjs", [], ["--expose-gc"]));
const heaps = samples.map(({ heap }) => heap);
const [early, late] = [median(heaps.slice(0, 3)), median(heaps.slice(-3))];
const [before, after] = [samples[0].module, samples.at(-1).module];
const kilobytes = (bytes) => `${Math.round(bytes / 1024)} KB`;
report(
  "memory from 10,000 to 100,000 calls, a third failing",
  `heap ${kilobytes(early)} to ${kilobytes(late)}, module ${kilobytes(before)} to ${kilobytes(after)}`,
  late - early < HEAP_NOISE && after === before,
  "flat",
);

end();
