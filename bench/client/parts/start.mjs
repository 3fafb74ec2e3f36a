// Cold start in Node: a new process that imports, initialises and makes one call, from its start to its
// end; what that time is spent on; and the least that any client needs.

import { compare, inTurns, median } from "../../figures.mjs";
import { node, run } from "../programs.mjs";

const CONTENDERS = ["ours", "ours-js", "official", "official-jsdom", "by-hand", "nothing"];

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
          target: { op: "<=", value: 0.82, of: "ratio" },
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
    series: [],
    notes: [
      "The official SDK needs a web page. In its first column it gets just the globals that it asks for, in " +
        "its second those of jsdom, as most people load it in Node.",
      "The rows with a dot are our process again, one stage after the other; the remainder is the end of the " +
        "process.",
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
