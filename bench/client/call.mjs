// A process that makes many calls of one of the packages, one after the other, and prints the median
// time of one in microseconds.
// node call.mjs ours|official

import "./instant-fetch.mjs";
import { median } from "./report.mjs";

const WARM_UP = 5_000;
const ROUNDS = 40;
const CALLS = 500;

const { init, createUser } = await import(`./${process.argv[2]}.mjs`);
await init();
for (let call = 0; call < WARM_UP; call++) await createUser();

const times = [];
for (let round = 0; round < ROUNDS; round++) {
  const start = process.hrtime.bigint();
  for (let call = 0; call < CALLS; call++) await createUser();
  times.push(Number(process.hrtime.bigint() - start) / 1000 / CALLS);
}
console.log(median(times));
