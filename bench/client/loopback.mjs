// A process that makes calls of one contender over loopback HTTP, a given number in flight, and prints calls
// per second, latencies in milliseconds and its CPU time per call in microseconds.
//
//   node loopback.mjs '{ "contender": "ours", "base": "http://127.0.0.1:…/v3.0", "inFlight": 32,
//                        "warmUp": 5000, "calls": 5000 }'

import { small } from "./users.mjs";

const { contender, base, inFlight, warmUp, calls } = JSON.parse(process.argv[2]);
const { init, createUser } = await import(`./contenders/${contender}.mjs`);
await init(base);

const latencies = new Float64Array(calls);

async function make(count) {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      const index = --left;
      const start = performance.now();
      const user = await createUser(small);
      latencies[index] = performance.now() - start;
      if (user.uid !== small.uid) throw new Error("the call returned no user");
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

for (let left = warmUp; left > 0; left -= calls) await make(Math.min(left, calls));
const cpu = process.cpuUsage();
const start = performance.now();
await make(calls);
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);
latencies.sort();
const quantile = (part) => latencies[Math.min(calls - 1, Math.floor(part * calls))];
console.log(
  JSON.stringify({
    perSecond: calls / seconds,
    median: quantile(0.5),
    p99: quantile(0.99),
    cpu: (user + system) / calls,
  }),
);
// Open connections would keep the process alive until their time limit.
process.exit();
