// How the cost of a call grows with the size of the metadata, the number of tags, the calls in flight and
// the number of Clients: CPU time at the least and at the most of each, with a `fetch` that answers at
// once. The two are measured in turns within one process, and the processes of the contenders take turns.

import { compare, inTurns } from "../../figures.mjs";
import { node } from "../programs.mjs";

const ALL = ["ours", "official", "by-hand"];
// The official SDK refuses an empty list of tags.
const bare = { tags: 1, metadata: 0 };

const DIMENSIONS = [
  {
    id: "metadata",
    what: "metadata (bytes of JSON)",
    contenders: ALL,
    range: [0, 5_000],
    scenario: (metadata) => ({ full: true, ...bare, metadata }),
  },
  {
    id: "tags",
    what: "tags",
    contenders: ALL,
    range: [1, 25],
    scenario: (tags) => ({ full: true, ...bare, tags }),
  },
  {
    id: "in-flight",
    what: "calls in flight",
    contenders: ALL,
    range: [1, 1_024],
    scenario: (inFlight) => ({ inFlight }),
  },
  {
    id: "clients",
    what: "Clients",
    contenders: ["ours"],
    range: [1, 10_000],
    scenario: (clients) => ({ clients }),
  },
];

export default async function measure({ quick }) {
  const figures = [];
  for (const { id, what, contenders, range, scenario } of DIMENSIONS) {
    const scenarios = range.map(scenario);
    const load = quick
      ? { warmUp: 100, rounds: 1, calls: 100 }
      : // Each Client is there and has made its first call before it counts.
        { warmUp: id === "clients" ? 10_000 : 1_500, rounds: 4, calls: 1_024 };
    const measured = await inTurns(quick ? 1 : 3, contenders, (contender) =>
      node("call.mjs", { contender, scenarios, ...load }),
    );
    for (const [index, end] of ["least", "most"].entries()) {
      figures.push(
        compare(
          {
            id: `growth-${id}-${end}`,
            what: `${what}: ${range[index].toLocaleString("en")}`,
            unit: "µs",
            against: contenders.includes("official") ? "official" : undefined,
          },
          Object.fromEntries(
            contenders.map((name) => [name, measured[name].map((costs) => costs[index].cpu)]),
          ),
        ),
      );
    }
  }
  return { figures, series: [] };
}
