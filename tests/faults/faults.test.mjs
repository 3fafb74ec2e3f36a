// Every fault of support/faults.mjs against every method, each fault in a process of its own: every
// promise settles in time and with the expected code, no secret is shown, and the process ends by
// itself. The outcomes are printed, and docs/faults.md counts them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { faults } from "./support/faults.mjs";
import { pooled, runFault } from "./support/run.mjs";
import { ALL, kinds, ourRow, pageRows, sections, tally, worst } from "./support/table.mjs";
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

test("docs/faults.md counts what was seen here", () => {
  console.log(sections(chosen, (fault) => [rows.get(fault)]));
  const seen = (faults, count) => [
    String(faults.length),
    count(faults.map((fault) => rows.get(fault))),
  ];
  const isWhole = (faults) => faults.every((fault) => rows.has(fault));
  const documented = pageRows(readFileSync(document, "utf8"));
  const of = (kind) => documented.get(kind)?.slice(0, 2);
  const remedy = "Run `node tests/faults/report.mjs --ours` to write the page anew.";
  for (const [kind, members] of kinds(faults)) {
    if (isWhole(members)) assert.deepEqual(of(kind), seen(members, tally), `${kind}: ${remedy}`);
  }
  if (isWhole(faults)) assert.deepEqual(of(ALL), seen(faults, worst), remedy);
  assert.deepEqual([...documented.keys()], [...kinds(faults).keys(), ALL], remedy);
});
