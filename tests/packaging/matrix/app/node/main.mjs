import { calls } from "./calls.js";

const { COMETCHAT_APP_ID: appId, COMETCHAT_AUTH_KEY: authKey, NEW_UID: uid } = process.env;
calls({ appId, authKey, uid }).then((result) => console.log(JSON.stringify(result)));
