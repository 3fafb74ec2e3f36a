// Memory over 100,000 calls, a third of which fail: what is left of the JavaScript heap after a
// collection, and the WebAssembly module's memory.

import { judge, median, NAMES } from "../../figures.mjs";
import { node } from "../programs.mjs";

const CONTENDERS = ["ours", "official", "by-hand"];
const STEP = 10_000;
/** By how much heaps differ from one collection to the next, in KB. */
const HEAP_NOISE_KB = 200;

export default async function measure({ quick }) {
  const step = quick ? STEP / 100 : STEP;
  const steps = Array.from({ length: 10 }, (_, index) => (index + 1) * step);
  const at = [step / 10, ...steps];
  const samples = {};
  for (const contender of CONTENDERS) {
    samples[contender] = await node("memory.mjs", { contender, at }, ["--expose-gc"]);
  }

  const kilobytes = (contender, key) =>
    samples[contender].map((sample) => ({ calls: sample.calls, value: sample[key] / 1024 }));
  const sampled = (what, contender, count) => ({
    what: NAMES[contender],
    value: kilobytes(contender, what).find(({ calls }) => calls === count).value,
  });
  // The others have no module.
  const contenders = (what) => (what === "heap" ? CONTENDERS : ["ours"]);
  const row = (what, label, count) => {
    const [{ value }, ...others] = contenders(what).map((name) => sampled(what, name, count));
    const text = `${label} after ${count.toLocaleString("en")} calls`;
    return { id: `${what}-${count}`, what: text, value, unit: "KB", others };
  };
  const grown = (values) => median(values.slice(-3)) - median(values.slice(0, 3));
  const growth = (what, contender) =>
    grown(
      kilobytes(contender, what)
        .slice(1)
        .map(({ value }) => value),
    );
  const [first, last] = [step, 10 * step].map((count) => count.toLocaleString("en"));
  const judged = (what, label, limit) =>
    judge({
      id: `${what}-growth`,
      what: `${label}, from ${first} to ${last} calls`,
      value: growth(what, "ours"),
      unit: "KB",
      target: { op: "<=", value: limit, of: "value" },
      others: contenders(what)
        .slice(1)
        .map((name) => ({ what: NAMES[name], value: growth(what, name) })),
    });
  const counts = [step / 10, step, 10 * step];
  return {
    figures: [
      ...counts.map((count) => row("heap", "heap", count)),
      judged("heap", "growth of the heap", HEAP_NOISE_KB),
      ...counts.map((count) => row("module", "module", count)),
      judged("module", "growth of the module", 0),
    ],
    series: [],
  };
}
