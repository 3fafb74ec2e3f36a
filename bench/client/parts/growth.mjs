// How the cost of a call grows: with the size of the metadata, the number of tags, the calls at a time and
// the number of Clients. CPU time, with a `fetch` that answers at once. The points of a line are
// measured in turns within one process, and the processes of the contenders take turns.

import { compare, inTurns, median, NAMES } from "../../figures.mjs";
import { node } from "../programs.mjs";

const ALL = ["ours", "official", "by-hand"];
// The official SDK takes no empty list of tags.
const bare = { tags: 1, metadata: 0 };

const LINES = [
  {
    id: "metadata",
    title: "CPU time of a call by size of metadata",
    xLabel: "metadata (bytes of JSON)",
    contenders: ALL,
    xs: [0, 250, 500, 1_000, 2_000, 3_000, 4_000, 5_000],
    scenario: (metadata) => ({ full: true, ...bare, metadata }),
  },
  {
    id: "tags",
    title: "CPU time of a call by number of tags",
    xLabel: "tags",
    contenders: ALL,
    xs: [1, 5, 10, 15, 20, 25],
    scenario: (tags) => ({ full: true, ...bare, tags }),
  },
  {
    id: "in-flight",
    title: "CPU time of a call by calls at a time",
    xLabel: "calls at a time",
    xLog: true,
    contenders: ALL,
    xs: [1, 4, 16, 64, 256, 1_024],
    scenario: (inFlight) => ({ inFlight }),
  },
  {
    id: "clients",
    title: "CPU time of a call by number of Clients that take turns",
    xLabel: "Clients",
    xLog: true,
    contenders: ["ours"],
    xs: [1, 10, 100, 1_000, 10_000],
    scenario: (clients) => ({ clients }),
  },
];

export default async function measure({ quick }) {
  const figures = [];
  const series = [];
  for (const { id, title, xLabel, xLog, contenders, xs, scenario } of LINES) {
    const points = quick ? [xs[0], xs.at(-1)] : xs;
    const scenarios = points.map(scenario);
    const load = quick
      ? { warmUp: 100, rounds: 1, calls: 100 }
      : // Each Client is there and has made its first call before it counts.
        { warmUp: id === "clients" ? 10_000 : 1_500, rounds: 4, calls: 1_024 };
    const measured = await inTurns(quick ? 1 : 3, contenders, (contender) =>
      node("call.mjs", { contender, scenarios, ...load }),
    );
    const cpu = (name, index) => measured[name].map((point) => point[index].cpu);
    series.push({
      id: `growth-${id}`,
      title,
      xLabel,
      xLog,
      yLabel: "µs",
      lines: contenders.map((name) => ({
        name: NAMES[name],
        points: points.map((x, index) => [x, median(cpu(name, index))]),
      })),
    });
    const last = points.length - 1;
    for (const [index, place] of [
      [0, "least"],
      [last, "most"],
    ]) {
      figures.push(
        compare(
          {
            id: `growth-${id}-${place}`,
            what: `${xLabel}: ${points[index].toLocaleString("en")}`,
            unit: "µs",
            against: contenders.includes("official") ? "official" : undefined,
          },
          Object.fromEntries(contenders.map((name) => [name, cpu(name, index)])),
        ),
      );
    }
  }
  return { figures, series };
}
