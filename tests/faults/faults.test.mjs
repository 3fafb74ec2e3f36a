// Every fault of support/faults.mjs against every method, each fault in a process of its own: every
// promise settles in time and with the expected code, no secret is shown, and the process ends by
// itself. The outcomes are printed, and are those of docs/faults.md.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { faults } from "./support/faults.mjs";
import { pooled, runFault } from "./support/run.mjs";
import { OURS, ourRow, rowsOf, sections } from "./support/table.mjs";
import { complaints } from "./support/verdict.mjs";

const document = new URL("../../docs/faults.md", import.meta.url);
// FAULTS=name runs only the faults whose names match.
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
      rows.set(fault, ourRow(fault, run.outcomes));
      const found = complaints(fault, run);
      if (found.length > 0) assert.fail(`${fault.id}\n${found.join("\n")}`);
    }),
  );
});

test("docs/faults.md says what was seen here", () => {
  console.log(sections(chosen, (fault) => [rows.get(fault)]));
  const documented = rowsOf(readFileSync(document, "utf8"));
  const untrue = chosen.filter((fault) => rows.get(fault) !== documented(fault, OURS));
  const remedy = "Run `node tests/faults/report.mjs` to write the table anew.";
  assert.deepEqual(
    untrue.map((fault) => rows.get(fault)),
    [],
    remedy,
  );
});
