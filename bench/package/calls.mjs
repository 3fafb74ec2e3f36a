// Creates users with the client, one after the other, in an emulator of this process or in one behind an address;
// prints the microseconds of a call.

import { createEmulator } from "cometchat-emulator";
import { Client } from "cometchat-users";

const { address, calls, ...server } = JSON.parse(process.argv[2]);
const emulator = address ? server : await createEmulator();
const { appId, authKey } = emulator;
const client = new Client(appId, { region: "us", ...(address ? {} : { fetch: emulator.fetch }) });
if (address) client.connectEmulator(address);

const prefix = `${process.pid}-`;
const create = (count) => client.createUser({ uid: prefix + count, name: "Kevin" }, authKey);
for (let count = 0; count < calls / 3; count += 1) await create(`warm-${count}`);
const began = performance.now();
for (let count = 0; count < calls; count += 1) await create(count);
console.log(((performance.now() - began) * 1_000) / calls);
process.exit();
