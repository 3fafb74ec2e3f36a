// Every fault of support/faults.mjs against every method, each fault in a process of its own: every
// promise settles in time and with the expected code, no secret is shown, and the process ends by
// itself. The outcomes are printed, and are those of docs/faults.md.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { faults } from "./support/faults.mjs";
import { pooled, runFault } from "./support/run.mjs";
import { ourRow } from "./support/table.mjs";
import { complaints } from "./support/verdict.mjs";

const wanted = process.env.FAULTS ? new RegExp(process.env.FAULTS) : undefined;
const chosen = faults.filter(({ id }) => wanted?.test(id) ?? true);

test("every fault has a name of its own", () => {
  const ids = faults.map(({ id }) => id);
  assert.deepEqual(
    ids.filter((id, index) => ids.indexOf(id) !== index),
    [],
  );
});

const rows = new Map();

test("every fault ends as the table says", { concurrency: true }, async (t) => {
  await pooled(chosen, Math.min(4, 2 * availableParallelism()), (fault) =>
    t.test(`${fault.group}: ${fault.title}`, async () => {
      const run = await runFault(fault);
      rows.set(fault.id, ourRow(fault, run.outcomes));
      const found = complaints(fault, run);
      if (found.length > 0) assert.fail(`${fault.id}\n${found.join("\n")}`);
    }),
  );
});

test("docs/faults.md says what was seen here", () => {
  const document = readFileSync(new URL("../../docs/faults.md", import.meta.url), "utf8");
  const lines = document.split("\n");
  let group;
  for (const fault of chosen) {
    if (fault.group !== group) {
      group = fault.group;
      console.log(`\n${group}`);
    }
    console.log(rows.get(fault.id));
  }
  const missing = chosen.map(({ id }) => rows.get(id)).filter((row) => !lines.includes(row));
  assert.deepEqual(missing, [], "Run `node tests/faults/report.mjs` to write the table anew.");
});
