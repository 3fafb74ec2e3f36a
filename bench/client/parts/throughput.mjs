// Calls per second and latency over loopback HTTP against a server in its own process, with 1, 32 and 256
// calls in flight. Each measurement is a process of its own.

import { compare, inTurns, median, NAMES } from "../../figures.mjs";
import { node, startServer } from "../programs.mjs";

const CONTENDERS = ["ours", "by-hand", "by-hand-limited", "official"];

// Warmed up until rates no longer rise: a server that makes so many calls has been running for a while.
const LOADS = [
  { inFlight: 1, turns: 5, warmUp: 6_000, calls: 3_000 },
  { inFlight: 32, turns: 21, warmUp: 12_000, calls: 6_000 },
  { inFlight: 256, turns: 5, warmUp: 12_000, calls: 4_000 },
];

export default async function measure({ quick }) {
  const server = await startServer();
  try {
    const figures = [];
    const rates = CONTENDERS.map((name) => ({ name: NAMES[name], points: [] }));
    for (const { inFlight, turns, warmUp, calls } of LOADS) {
      const work = quick ? { warmUp: 0, calls: 300 } : { warmUp, calls };
      const busy = [];
      const measured = await inTurns(quick ? 1 : turns, CONTENDERS, async (contender) => {
        const [before, start] = [await server.cpu(), performance.now()];
        const result = await node("loopback.mjs", {
          contender,
          base: server.base,
          inFlight,
          ...work,
        });
        busy.push(((await server.cpu()) - before) / 1000 / (performance.now() - start));
        return result;
      });
      const pick = (key) =>
        Object.fromEntries(CONTENDERS.map((name) => [name, measured[name].map((one) => one[key])]));
      const id = `loopback-${inFlight}`;
      const target = inFlight === 32 ? { op: ">=", value: 0.9, of: "ratio" } : undefined;
      const against = "by-hand";
      const perSecond = pick("perSecond");
      CONTENDERS.forEach((name, index) => {
        rates[index].points.push([inFlight, median(perSecond[name])]);
      });
      figures.push(
        compare(
          { id, what: `${inFlight} in flight: calls`, unit: "/s", against, target },
          perSecond,
        ),
        compare(
          { id: `${id}-median`, what: "· median latency", unit: "ms", against },
          pick("median"),
        ),
        compare({ id: `${id}-p99`, what: "· latency at 99 %", unit: "ms", against }, pick("p99")),
        compare(
          { id: `${id}-cpu`, what: "· CPU time of a call", unit: "µs", against },
          pick("cpu"),
        ),
        {
          id: `${id}-server`,
          what: "· how busy the server is",
          value: 100 * median(busy),
          unit: "%",
        },
      );
    }
    return {
      figures,
      series: [
        {
          id: "throughput",
          title: "Calls per second over loopback HTTP",
          xLabel: "calls in flight",
          xLog: true,
          yLabel: "calls per second",
          lines: rates,
        },
      ],
      notes: [
        "Server and contender are separate processes, and connections are kept alive. The package's calls have a " +
          "time limit, which a plain `fetch` lacks; the column beside it adds one with `AbortSignal.timeout`.",
      ],
    };
  } finally {
    server.stop();
  }
}
