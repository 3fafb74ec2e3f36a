// What a call's time is spent on: runs one contender under Node's profiler and prints self time by
// group, and the functions that take most of it.
//
//   node bench/client/profile.mjs [call|loopback] [ours|official|by-hand] ['{ "full": true, … }']
//
// The last argument is a scenario as in call.mjs; for loopback, only inFlight counts.

import { selfTimes } from "./self-time.mjs";

const SHOWN = 30;

const [what = "call", contender = "ours", scenario = "{}"] = process.argv.slice(2);
const load = { warmUp: 5_000, calls: what === "call" ? 100_000 : 20_000 };
const { printed, groups, functions } = await selfTimes(what, contender, JSON.parse(scenario), load);
console.log(`${contender}, ${what}, ${scenario}: ${printed} while profiled\n`);

const total = [...groups].reduce((sum, [group, time]) => (group === "idle" ? sum : sum + time), 0);
const row = (time, ...columns) =>
  `${((100 * time) / total).toFixed(1).padStart(6)} %  ` +
  `${time.toFixed(2).padStart(7)} µs  ${columns.join("  ")}`;
console.log("self time, of all that is not idle, and per call (start and warm-up are in it)\n");
for (const [group, time] of [...groups].sort(([, a], [, b]) => b - a)) {
  console.log(row(time, group));
}
console.log();
for (const [name, { group, time }] of [...functions]
  .sort(([, a], [, b]) => b.time - a.time)
  .slice(0, SHOWN)) {
  console.log(row(time, name.padEnd(50), group));
}
