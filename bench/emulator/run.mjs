// Measures the emulator alone and prints the figures; exit code 1 when a target is missed. Installs
// the load generator wrk where it is missing.
//
//     node bench/emulator/run.mjs [--json FILE]
//
// ROUNDS and SECONDS change how long it takes, SIZES (1000,10000) with how many users.

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildEmulator } from "../../scripts/setup.mjs";
import { measureEmulator } from "./measure.mjs";

const { values: options } = parseArgs({ options: { json: { type: "string" } } });
const { ROUNDS, SECONDS, SIZES } = process.env;

buildEmulator("--bins", "--examples");
const results = await measureEmulator({
  ...(ROUNDS ? { rounds: Number(ROUNDS) } : {}),
  ...(SECONDS ? { seconds: Number(SECONDS) } : {}),
  ...(SIZES ? { sizes: SIZES.split(",").map(Number) } : {}),
  log: (line) => console.error(line),
});
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);

for (const { what, value, unit, baseline, ratio, target, ok } of results.figures) {
  const compared = baseline ? `${ratio.toFixed(2)} x ${baseline.value} (${baseline.what})` : "";
  const sign = target && `${target.op} ${target.value}${target.of === "ratio" ? " x" : ` ${unit}`}`;
  const verdict = target ? `  target ${sign}: ${ok ? "met" : "MISSED"}` : "";
  console.log(
    `${what.padEnd(56)}${String(value).padStart(9)} ${unit.padEnd(3)} ${compared}${verdict}`,
  );
}
for (const { title, xLabel, lines } of results.series) {
  const at = lines[0].points.map(([x]) => x);
  console.log(`\n${title}\n${xLabel.padEnd(32)}${at.map((x) => String(x).padStart(10)).join("")}`);
  for (const { name, points } of lines) {
    console.log(`${name.padEnd(32)}${points.map(([, y]) => String(y).padStart(10)).join("")}`);
  }
}
process.exitCode = results.figures.some(({ ok }) => ok === false) ? 1 : 0;
