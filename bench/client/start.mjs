// A process that loads one contender, initialises it, makes one call, prints the CPU time it took in
// microseconds, and ends.
//
//   node start.mjs ours|official|official-jsdom|by-hand|nothing

import { writeSync } from "node:fs";

process.once("exit", () => {
  const { user, system } = process.cpuUsage();
  writeSync(1, String(user + system));
});

const [contender] = process.argv.slice(2);
if (contender !== "nothing") {
  await import("./instant-fetch.mjs");
  const { small } = await import("./users.mjs");
  const { init, createUser } = await import(`./contenders/${contender}.mjs`);
  await init();
  const user = await createUser(small);
  if (user.uid !== small.uid) throw new Error("the call returned no user");
}
