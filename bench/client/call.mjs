// A process that makes many calls of one contender with a `fetch` that answers at once, and prints what one
// call costs in each scenario.
//
//   node call.mjs '{ "contender": "ours", "scenarios": [{}], "warmUp": 5000, "rounds": 40, "calls": 500 }'
//
// A scenario may have: full (every field is set), tags and metadata (how much of them), refused (the reply
// is an error), inFlight (calls at a time), clients (how many take turns). Prints for each scenario the
// microseconds of wall time and of CPU time per call. CPU time is that of all threads, including the
// compiler and the garbage collector.

import { answer } from "./instant-fetch.mjs";
import { full, small } from "./users.mjs";

const { contender, scenarios, warmUp, rounds, calls } = JSON.parse(process.argv[2]);
const { init, createUser, clients } = await import(`./contenders/${contender}.mjs`);
await init();

const prepared = scenarios.map((scenario) => ({
  ...scenario,
  user: scenario.full ? full(scenario) : small,
  create: scenario.clients ? clients(scenario.clients) : [createUser],
  wall: 0,
  cpu: 0,
}));

/** Makes calls of a scenario, some of them at a time. */
async function make(count, { user, create, refused = false, inFlight = 1 }) {
  answer(user, refused);
  let left = count;
  let asExpected = 0;
  const worker = async () => {
    while (left > 0) {
      const call = create[left-- % create.length];
      try {
        if ((await call(user)).uid === user.uid && !refused) asExpected++;
      } catch (error) {
        if (error.code === "ERR_UID_ALREADY_EXISTS" && refused) asExpected++;
        else throw error;
      }
    }
  };
  if (inFlight === 1) await worker();
  else await Promise.all(Array.from({ length: inFlight }, worker));
  if (asExpected !== count) throw new Error(`${count - asExpected} calls did not end as expected`);
}

for (const scenario of prepared) await make(warmUp, scenario);
for (let round = 0; round < rounds; round++) {
  // Each round begins with another scenario.
  const first = round % prepared.length;
  for (const scenario of [...prepared.slice(first), ...prepared.slice(0, first)]) {
    const cpu = process.cpuUsage();
    const start = process.hrtime.bigint();
    await make(calls, scenario);
    scenario.wall += Number(process.hrtime.bigint() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    scenario.cpu += user + system;
  }
}
const perCall = (total) => total / rounds / calls;
console.log(
  JSON.stringify(prepared.map(({ wall, cpu }) => ({ wall: perCall(wall), cpu: perCall(cpu) }))),
);
