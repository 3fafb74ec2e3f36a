// What one call takes when `fetch` answers at once: wall time and CPU time, for small and full users,
// created and refused.

import { compare, inTurns, median } from "../../figures.mjs";
import { node } from "../programs.mjs";

const CONTENDERS = ["ours", "ours-js", "official", "by-hand"];

const SCENARIOS = [
  { id: "call", what: "a small user, created", scenario: {}, turns: 15 },
  { id: "call-refused", what: "a small user, refused", scenario: { refused: true }, turns: 7 },
  { id: "call-full", what: "a full user, created", scenario: { full: true }, turns: 7 },
  {
    id: "call-full-refused",
    what: "a full user, refused",
    scenario: { full: true, refused: true },
    turns: 7,
  },
];

const withoutWebAssembly = ({ "ours-js": ours, official }) =>
  compare(
    {
      id: "call-js",
      what: "· with the build without WebAssembly",
      unit: "µs",
      against: "official",
      target: { op: "<=", value: 1.5, of: "ratio" },
    },
    { ours, official },
  );

export default async function measure({ quick }) {
  const load = quick
    ? { warmUp: 100, rounds: 2, calls: 50 }
    : { warmUp: 3_000, rounds: 10, calls: 500 };
  const figures = [];
  for (const { id, what, scenario, turns } of SCENARIOS) {
    const measured = await inTurns(quick ? 1 : turns, CONTENDERS, async (contender) => {
      const [costs] = await node("call.mjs", { contender, scenarios: [scenario], ...load });
      return costs;
    });
    const pick = (key) =>
      Object.fromEntries(CONTENDERS.map((name) => [name, measured[name].map((one) => one[key])]));
    const target = id === "call" ? { op: "<=", value: 0.8, of: "ratio" } : undefined;
    const wall = pick("wall");
    const floor = target && {
      what: "a `fetch` by hand",
      ratio: median(wall["by-hand"]) / median(wall.official),
    };
    figures.push(
      compare({ id, what, unit: "µs", against: "official", target, floor }, wall),
      ...(target ? [withoutWebAssembly(wall)] : []),
      compare(
        { id: `${id}-cpu`, what: "· CPU time", unit: "µs", against: "official" },
        pick("cpu"),
      ),
    );
  }
  return {
    figures,
    series: [],
    notes: [
      "A full user has every field, 25 tags and 5 KB of metadata. CPU time is that of all threads, including " +
        "the compiler and the garbage collector.",
    ],
  };
}
