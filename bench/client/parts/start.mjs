// Cold start in Node: a new process that imports, initialises and makes one call, from its start to its
// end; what that time is spent on; and the least that any client would take.

import { compare, inTurns, median, NAMES } from "../../figures.mjs";
import { node, run } from "../programs.mjs";

const CONTENDERS = ["ours", "official", "official-jsdom", "by-hand", "nothing"];

export default async function measure({ quick }) {
  const turns = quick ? 1 : 25;
  const measured = await inTurns(turns, CONTENDERS, (name) => run("start.mjs", name));
  const pick = (key) =>
    Object.fromEntries(CONTENDERS.map((name) => [name, measured[name].map((one) => one[key])]));
  const wall = pick("wall");
  const above = (name) => wall[name].map((time, turn) => time - wall["by-hand"][turn]);

  const stages = [];
  for (let turn = 0; turn < turns; turn++) stages.push(await node("start-stages.mjs"));
  const stage = (name) => stages.map((one) => one[name]);

  return {
    figures: [
      compare(
        {
          id: "start",
          what: "import, init and first call, whole process",
          unit: "ms",
          against: "official",
          target: { op: "<=", value: 0.6, of: "ratio" },
          floor: {
            what: "a process with a `fetch` by hand and no package",
            ratio: median(wall["by-hand"]) / median(wall.official),
          },
        },
        wall,
      ),
      compare(
        { id: "start-cpu", what: "the same, CPU time", unit: "ms", against: "official" },
        pick("cpu"),
      ),
      compare(
        {
          id: "start-above",
          what: "what is above a `fetch` by hand",
          unit: "ms",
          against: "official",
        },
        { ours: above("ours"), official: above("official") },
      ),
      ...Object.keys(stages[0]).map((name) =>
        compare(
          { id: `start-stage-${name}`, what: STAGES[name], unit: "ms" },
          { ours: stage(name) },
        ),
      ),
    ],
    series: [
      {
        id: "start",
        title: "From the start of a Node process to its end, one call in it",
        xLabel: "part of the runs (%)",
        yLabel: "ms",
        // With jsdom it takes so long that the others could not be told apart.
        lines: CONTENDERS.filter((name) => name !== "official-jsdom").map((name) => ({
          name: NAMES[name],
          points: wall[name]
            .toSorted((a, b) => a - b)
            .map((time, index) => [(100 * (index + 0.5)) / turns, time]),
        })),
      },
    ],
    notes: [
      "The official SDK needs a web page. Its first column gives it the globals that it asks for and " +
        "nothing else; with jsdom, as most load it in Node, it is the second.",
      "The rows with a dot are our process again, one stage after the other; what is left to the whole is " +
        "the process's end.",
    ],
  };
}

/** What happens between the start and the end of our process. */
const STAGES = {
  node: "· Node starts, until the first line of the script",
  fetch: "· Node loads its `fetch` (first `Response`)",
  scripts: "· our scripts are read, compiled and run (import)",
  decode: "· the module's bytes are decoded from base64",
  compile: "· the module is compiled and instantiated",
  init: "· the rest of init()",
  call: "· the first call",
};
