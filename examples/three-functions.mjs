// The three functions from a Node script. The environment says where the emulator is: the emulator prints
// these variables when it starts, and `npm start` sets them.

import { createUser, init, login, updateCurrentUserDetails, updateUser } from "cometchat-users";

const authKey = process.env.COMETCHAT_AUTH_KEY;
const uid = `kevin-${Date.now().toString(36)}`;

// COMETCHAT_EMULATOR_HOST makes this go to the emulator instead of the service.
await init(process.env.COMETCHAT_APP_ID, { region: "us" });

const created = await createUser({ uid, name: "Kevin", tags: ["new"] }, authKey);
console.log("createUser:", created);

const updated = await updateUser({ uid, name: "Kevin Fernandez" }, authKey);
console.log("updateUser:", updated);

await login(uid, authKey);
const oneself = await updateCurrentUserDetails({ statusMessage: "in a meeting" });
console.log("updateCurrentUserDetails:", oneself);
