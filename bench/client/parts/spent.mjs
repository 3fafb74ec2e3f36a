// What a call's time is spent on, by Node's profiler: how much is the package's own, and how much goes to
// `fetch`, the engine and the garbage collector, which a call by hand pays as well.

import { compare, inTurns } from "../../figures.mjs";
import { selfTimes } from "../self-time.mjs";

const CONTENDERS = ["ours", "by-hand", "official"];

const KINDS = [
  { what: "call", title: "answered at once", load: { warmUp: 3_000, calls: 20_000 } },
  {
    what: "loopback",
    title: "loopback, 32 in flight",
    load: { warmUp: 3_000, calls: 6_000 },
  },
];
const QUICK = { warmUp: 0, calls: 300 };

/** The rows, and the profiler's groups in each. */
const ROWS = {
  "the package's module": ["wasm"],
  "the package's bindings": ["glue (generated bindings)"],
  "the package's scripts": ["package (TypeScript)"],
  "the official SDK's script": ["official SDK"],
  "Node's `fetch`": ["fetch (undici)"],
  "Node, the rest": ["Node, other"],
  "the engine": ["engine"],
  "the garbage collector": ["garbage collector"],
  "the benchmark, with the `fetch` by hand": ["bench"],
};

export default async function measure({ quick }) {
  const figures = [];
  for (const { what, title, load } of KINDS) {
    const measured = await inTurns(quick ? 1 : 3, CONTENDERS, async (contender) => {
      const { groups } = await selfTimes(what, contender, {}, quick ? QUICK : load);
      return groups;
    });
    const times = (names) =>
      Object.fromEntries(
        CONTENDERS.map((contender) => [
          contender,
          measured[contender].map((groups) =>
            names.reduce((sum, name) => sum + (groups.get(name) ?? 0), 0),
          ),
        ]),
      );
    const figure = (label, names, against) =>
      figures.push(
        compare(
          { id: `spent-${what}-${figures.length}`, what: label, unit: "µs", against },
          times(names),
        ),
      );
    figure(`${title}: all`, Object.values(ROWS).flat(), "by-hand");
    for (const [row, names] of Object.entries(ROWS)) figure(`· ${row}`, names);
  }
  return {
    figures,
    series: [],
    notes: [
      "Self time per call under `node --cpu-prof`, which slows everything down, including the process's start and " +
        "warm-up. Node's rest is timers, promises, streams and signals.",
    ],
  };
}
