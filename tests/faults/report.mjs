// Writes docs/faults.md: every fault against every method, for this package and for the official SDK.
//
//   node tests/faults/report.mjs          runs both; the official SDK takes several minutes
//   node tests/faults/report.mjs --ours   runs this package, and keeps the official SDK's rows

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { faults } from "./support/faults.mjs";
import { NAMES } from "./support/methods.mjs";
import { pooled, runChild, runFault, stageServers } from "./support/run.mjs";
import { secretsIn } from "./support/secrets.mjs";
import { OFFICIAL, officialCell, ourRow, row, rowsOf, sections } from "./support/table.mjs";
import { complaints } from "./support/verdict.mjs";

const AT_ONCE = 4;
const folder = fileURLToPath(new URL(".", import.meta.url));
const path = new URL("../../docs/faults.md", import.meta.url);
const former = rowsOf(existsSync(path) ? readFileSync(path, "utf8") : "");
const isOursOnly = process.argv.includes("--ours");

const INTRODUCTION = `# What becomes of a call when something goes wrong

Each fault of this table was brought about in a process of its own, with real sockets where it is one of the
network, against each method. *ours* is this package, *official* is \`@cometchat/chat-sdk-javascript\` 4.2.0, which
Node loads behind a stand-in for \`window\`, \`localStorage\` and \`document\`.

- \`CODE\` 503 ×3: the promise was rejected with this code and HTTP status after three requests.
- **never settles**: the promise was neither resolved nor rejected; the official SDK has no time limit, and was
  watched for two seconds, or longer where the service asks for a pause.
- †: an error was thrown that no caller can catch; it ends a Node process.
- ‡: the auth key or token was sent on to the server that the redirect names.
- –: not tried, or the official SDK has nothing of the kind: it has no signal, no retries and no time limit.

Ours is run with a time limit of 1 s where nothing comes and of 8 s elsewhere. \`node tests/faults/report.mjs\`
writes this file; \`tests/faults/faults.test.mjs\` fails when a row of ours is no longer what happens.
`;

const ours = new Map();
await pooled(faults, AT_ONCE, async (fault) => {
  const run = await runFault(fault);
  for (const what of complaints(fault, run)) console.error(`${fault.id}: ${what}`);
  ours.set(fault, ourRow(fault, run.outcomes));
});

const official = new Map();
if (!isOursOnly) {
  if (!existsSync(`${folder}node_modules`)) {
    execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: "inherit" });
  }
  const met = faults.filter((fault) => fault.official !== false);
  await pooled(met, AT_ONCE, async (fault) => {
    official.set(fault, row(fault.title, OFFICIAL, await officialCells(fault)));
  });
}

writeFileSync(
  path,
  `${INTRODUCTION}\n${sections(faults, (fault) => [
    ours.get(fault),
    official.get(fault) ?? former(fault, OFFICIAL),
  ])}`,
);

async function officialCells(fault) {
  const cells = {};
  for (const method of fault.methods ?? NAMES) {
    const servers = await stageServers(fault);
    try {
      const { lines } = await runChild("official-child.mjs", [], {
        id: fault.id,
        url: servers.url,
        method,
      });
      const outcome = lines[0] ?? { kind: "ends the process" };
      const sent = servers.elsewhere?.requests ?? [];
      outcome.leaksTo = sent.some(({ headers }) => secretsIn(JSON.stringify(headers)).length > 0);
      if (method === "logout") delete outcome.value;
      cells[method] = officialCell(outcome);
    } finally {
      await servers.stop();
    }
  }
  return cells;
}
