// A process that loads one of the packages, initialises it, makes one call and ends.
// node start.mjs ours|official|bare

import "./instant-fetch.mjs";

const { init, createUser } = await import(`./contenders/${process.argv[2]}.mjs`);
await init();
const user = await createUser({ uid: "usr1", name: "Kevin" });
if (user.uid !== "usr1") throw new Error("the call gave no user");
