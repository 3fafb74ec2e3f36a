// The same with this package, for the list; the import is the command itself.
//
//   node by-package.mjs ADDRESS APP_ID KEY

import { AdminClient } from "cometchat-users/server";

const [emulator, appId, key] = process.argv.slice(2);
const began = performance.now();
const admin = new AdminClient(appId, key, { emulator });
let count = 0;
for await (const user of admin.listUsers({ perPage: 1000 })) if (user.uid) count++;
console.log(JSON.stringify({ count, seconds: (performance.now() - began) / 1000 }));
