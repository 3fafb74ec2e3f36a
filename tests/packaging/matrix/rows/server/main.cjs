const { serverCalls } = require("./server-calls.cjs");

const { COMETCHAT_APP_ID: appId, COMETCHAT_REST_API_KEY: restApiKey, NEW_UID: uid } = process.env;
serverCalls({ appId, restApiKey, uid }).then((result) => console.log(JSON.stringify(result)));
