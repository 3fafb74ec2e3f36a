// What a call of the client may cost: instructions that the WebAssembly module executes, crossings between
// module and JavaScript, and memory. Counted, not timed, so that the result is the same on every machine. A
// call that costs less needs a smaller budget, or the gain is soon lost:
//
//   UPDATE_BUDGETS=1 node --test tests/budgets/client.test.mjs
//
// bench/client/instructions.mjs prints the instructions of each function.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { cost } from "./support/budget.mjs";
import { countedBytes } from "./support/counted-module.mjs";
import { SCENARIOS } from "./support/scenarios.mjs";

/** How far from its budget a count may be. */
const TOLERANCE = 0.05;

const file = new URL("client.json", import.meta.url);
const isUpdate = process.env.UPDATE_BUDGETS === "1";
const budgets = isUpdate ? {} : JSON.parse(readFileSync(file, "utf8"));
const bytes = countedBytes();

/** What is wrong with a count, or nothing. */
function verdict(what, count, budget) {
  if (count > budget * (1 + TOLERANCE)) {
    return `${what}: ${count}, of a budget of ${budget}: the call does more than it did`;
  }
  if (count < budget * (1 - TOLERANCE)) {
    return `${what}: ${count}, of a budget of ${budget}: keep the gain, set UPDATE_BUDGETS=1 and run again`;
  }
}

for (const name of Object.keys(SCENARIOS)) {
  test(`${name} stays within its budget`, async () => {
    const { instructions, crossings, memory } = await cost(name, bytes);
    const counted = { instructions, crossings };
    assert.equal(memory, 0, "the module's memory grows from call to call");
    if (isUpdate) {
      budgets[name] = counted;
      writeFileSync(file, `${JSON.stringify(budgets, undefined, 2)}\n`);
      return;
    }
    const wrong = Object.entries(counted)
      .map(([what, count]) => verdict(what, count, budgets[name]?.[what]))
      .filter(Boolean);
    assert.deepEqual(wrong, []);
  });
}

test("every budget is that of a call", () => {
  assert.deepEqual(Object.keys(budgets), Object.keys(SCENARIOS));
});

test("a call that does its work twice is over its budget", async () => {
  const twice = await cost("createUser, small", bytes, 2);
  const budget = budgets["createUser, small"];
  for (const what of ["instructions", "crossings"]) {
    assert.match(verdict(what, twice[what], budget[what]), /more than it did/);
  }
});
