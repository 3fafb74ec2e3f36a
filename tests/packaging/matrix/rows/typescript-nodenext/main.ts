import { calls } from "./calls.js";

const { COMETCHAT_APP_ID, COMETCHAT_AUTH_KEY, NEW_UID } = process.env as Record<string, string>;
const result = await calls({ appId: COMETCHAT_APP_ID, authKey: COMETCHAT_AUTH_KEY, uid: NEW_UID });
console.log(JSON.stringify(result));
