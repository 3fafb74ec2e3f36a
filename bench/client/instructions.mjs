// In which functions of the WebAssembly module a call's instructions are executed: exact counts, the same in
// every run. The functions have numbers, since the module has no names; `npx wasm-dis
// pkg/dist/cometchat_users.wasm` prints them in that order.
//
//   node bench/client/instructions.mjs ["createUser, small"]

import { cost } from "../../tests/budgets/support/budget.mjs";
import { countedBytes } from "../../tests/budgets/support/counted-module.mjs";
import { SCENARIOS } from "../../tests/budgets/support/scenarios.mjs";

const SHOWN = 20;

const [name = "createUser, small"] = process.argv.slice(2);
if (!(name in SCENARIOS)) {
  console.error(`No such call: ${name}. There are: ${Object.keys(SCENARIOS).join("; ")}.`);
  process.exit(2);
}
const { instructions, crossings, functions } = await cost(name, countedBytes());
console.log(`${name}: ${instructions} instructions, ${crossings} crossings of the boundary\n`);
for (const { name, instructions: own } of functions
  .sort((a, b) => b.instructions - a.instructions)
  .slice(0, SHOWN)) {
  console.log(
    `${String(own).padStart(8)}  ${((100 * own) / instructions).toFixed(1).padStart(5)} %  ${name}`,
  );
}
