// Tries every fault against every method, of this package and of the official SDK. Writes the whole table to
// target/faults.md, and docs/faults.md, which counts its outcomes by kind of fault.
//
//   node tests/faults/report.mjs          runs both; the official SDK takes several minutes
//   node tests/faults/report.mjs --ours   runs this package, and keeps what is known of the official SDK
//
// FAULTS=name runs only the faults whose names match; the other rows are those of target/faults.md.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { announce, root } from "../../scripts/setup.mjs";
import { faults } from "./support/faults.mjs";
import { NAMES } from "./support/methods.mjs";
import { pooled, runChild, runFault, stageServers } from "./support/run.mjs";
import { secretsIn } from "./support/secrets.mjs";
import {
  ALL,
  kinds,
  OFFICIAL,
  OURS,
  officialCell,
  ourRow,
  pageRow,
  pageRows,
  row,
  rowsOf,
  sections,
  tally,
  worst,
} from "./support/table.mjs";
import { complaints } from "./support/verdict.mjs";

const AT_ONCE = 2;
/** A call that has not settled after the first time is tried again, and watched for the second. */
const CUT_OFFS_MS = [2_000, 8_000];
const PAGE = `${root}docs/faults.md`;
const TABLE = `${root}target/faults.md`;

const known = rowsOf(existsSync(TABLE) ? readFileSync(TABLE, "utf8") : "");
const isOursOnly = process.argv.includes("--ours");
const wanted = process.env.FAULTS ? new RegExp(process.env.FAULTS) : undefined;
const chosen = faults.filter(({ id }) => wanted?.test(id) ?? true);

const LEGEND = `- \`CODE\` (after 3 requests): the promise was rejected with this code; the package had tried three times.
- **never settles**: the promise was neither resolved nor rejected. The official SDK has no time limit; it was
  watched for eight seconds.
- †: an error was thrown that no caller can catch; it ends a Node process.
- ‡: the auth key or token was sent on to the server that the redirect names.
`;

const INTRODUCTION = `# What becomes of a call when something goes wrong

Each fault was caused in a process of its own, with real sockets where it is one of the network, and tried against
${NAMES.map((name) => `\`${name}\``).join(", ")}.
The table counts how these calls ended, the most frequent outcome first.

The official SDK is \`@cometchat/chat-sdk-javascript\` 4.2.0, which Node loads behind a fake \`window\`, \`localStorage\`
and \`document\`; it has no signal, no retries and no time limit, so that some faults do not apply to it.

${LEGEND}
This package ran with a time limit of 1 s where nothing comes and of 8 s elsewhere.

| kind of fault | faults | this package | official SDK |
| --- | --- | --- | --- |
`;

const END = `
\`node tests/faults/report.mjs\` writes this page, and to \`target/faults.md\` the whole table: every fault with what
became of each function. \`tests/faults/faults.test.mjs\` holds each fault to its expected code, status, number of
requests and time, and fails when this page says something else than what happened.
`;

announce(`Trying ${chosen.length} faults`, isOursOnly ? "about two minutes" : "about ten minutes");
const ours = new Map();
await pooled(chosen, AT_ONCE, async (fault) => {
  const run = await runFault(fault);
  for (const what of complaints(fault, run)) console.error(`${fault.id}: ${what}`);
  ours.set(fault, ourRow(fault, run.outcomes));
});
const official = new Map();
if (!isOursOnly) {
  const met = chosen.filter((fault) => fault.official !== false);
  await pooled(met, AT_ONCE, async (fault) => {
    official.set(fault, row(fault.title, OFFICIAL, await officialCells(fault)));
  });
}

const rowOf = {
  [OURS]: (fault) => ours.get(fault) ?? known(fault, OURS),
  [OFFICIAL]: (fault) => official.get(fault) ?? known(fault, OFFICIAL),
};
const legend = `# Every fault, and what became of each function\n\n${LEGEND}\n`;
const whole = sections(faults, (fault) => [rowOf[OURS](fault), rowOf[OFFICIAL](fault)]);
mkdirSync(`${root}target`, { recursive: true });
writeFileSync(TABLE, `${legend}${whole}`);

const former = existsSync(PAGE) ? pageRows(readFileSync(PAGE, "utf8")) : new Map();
/** A cell of the page; the former one where rows are missing. */
function cell(kind, faults, who, count) {
  const met = faults.filter((fault) => who === OURS || fault.official !== false);
  const rows = met.map(rowOf[who]);
  return rows.every(Boolean) ? count(rows) : former.get(kind)?.[who === OURS ? 1 : 2];
}
const line = (kind, faults, count) =>
  pageRow(
    kind,
    faults.length,
    cell(kind, faults, OURS, count),
    cell(kind, faults, OFFICIAL, count) || "does not apply",
  );
const lines = [...kinds(faults)].map(([kind, faults]) => line(kind, faults, tally));
writeFileSync(PAGE, `${INTRODUCTION}${[...lines, line(ALL, faults, worst)].join("\n")}\n${END}`);
console.log("Written: docs/faults.md, target/faults.md");

/** Each method of the official SDK in a process of its own: it has one state for all calls. */
async function officialCells(fault) {
  const cells = {};
  await pooled(fault.methods ?? NAMES, NAMES.length, async (method) => {
    let outcome;
    for (const cutOffMs of CUT_OFFS_MS) {
      outcome = await officialOutcome(fault, method, cutOffMs);
      if (outcome.kind !== "never settles") break;
    }
    cells[method] = officialCell(outcome);
  });
  return cells;
}

async function officialOutcome(fault, method, cutOffMs) {
  const servers = await stageServers(fault);
  try {
    const input = { id: fault.id, url: servers.url, method, cutOffMs };
    const { lines } = await runChild("official-child.mjs", [], input);
    const outcome = lines[0] ?? { kind: "ends the process" };
    const sent = servers.elsewhere?.requests ?? [];
    outcome.leaksTo = sent.some(({ headers }) => secretsIn(JSON.stringify(headers)).length > 0);
    if (method === "logout") delete outcome.value;
    return outcome;
  } finally {
    await servers.stop();
  }
}
