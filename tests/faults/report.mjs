// Writes docs/faults.md: every fault against every method, for this package and for the official SDK.
//
//   node tests/faults/report.mjs          runs both; the official SDK takes several minutes
//   node tests/faults/report.mjs --ours   runs this package, and keeps the official SDK's rows
//
// FAULTS=name runs only the faults whose names match, and keeps all other rows.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { faults } from "./support/faults.mjs";
import { NAMES } from "./support/methods.mjs";
import { pooled, runChild, runFault, stageServers } from "./support/run.mjs";
import { secretsIn } from "./support/secrets.mjs";
import { OFFICIAL, OURS, officialCell, ourRow, row, rowsOf, sections } from "./support/table.mjs";
import { complaints } from "./support/verdict.mjs";

const AT_ONCE = 2;
/** A call that has not settled after the first time is tried again, and watched for the second. */
const CUT_OFFS_MS = [2_000, 8_000];
const folder = fileURLToPath(new URL(".", import.meta.url));
const path = new URL("../../docs/faults.md", import.meta.url);
const former = rowsOf(existsSync(path) ? readFileSync(path, "utf8") : "");
const isOursOnly = process.argv.includes("--ours");
const wanted = process.env.FAULTS ? new RegExp(process.env.FAULTS) : undefined;
const chosen = faults.filter(({ id }) => wanted?.test(id) ?? true);

const INTRODUCTION = `# What becomes of a call when something goes wrong

Each fault of this table was brought about in a process of its own, with real sockets where it is one of the
network, against each method. *ours* is this package, *official* is \`@cometchat/chat-sdk-javascript\` 4.2.0, which
Node loads behind a stand-in for \`window\`, \`localStorage\` and \`document\`.

- \`CODE\` 503 ×3: the promise was rejected with this code and HTTP status after three requests.
- **never settles**: the promise was neither resolved nor rejected. The official SDK has no time limit; it was
  watched for eight seconds.
- †: an error was thrown that no caller can catch; it ends a Node process.
- ‡: the auth key or token was sent on to the server that the redirect names.
- –: not tried, or the official SDK has nothing of the kind: it has no signal, no retries and no time limit.

Ours is run with a time limit of 1 s where nothing comes and of 8 s elsewhere. \`node tests/faults/report.mjs\`
writes this file; \`tests/faults/faults.test.mjs\` fails when a row of ours is no longer what happens.
`;

const ours = new Map();
await pooled(chosen, AT_ONCE, async (fault) => {
  const run = await runFault(fault);
  for (const what of complaints(fault, run)) console.error(`${fault.id}: ${what}`);
  ours.set(fault, ourRow(fault, run.outcomes));
});

const official = new Map();
if (!isOursOnly) {
  if (!existsSync(`${folder}node_modules`)) {
    execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: "inherit" });
  }
  const met = chosen.filter((fault) => fault.official !== false);
  await pooled(met, AT_ONCE, async (fault) => {
    official.set(fault, row(fault.title, OFFICIAL, await officialCells(fault)));
  });
}

writeFileSync(
  path,
  `${INTRODUCTION}\n${sections(faults, (fault) => [
    ours.get(fault) ?? former(fault, OURS),
    official.get(fault) ?? former(fault, OFFICIAL),
  ])}`,
);

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
