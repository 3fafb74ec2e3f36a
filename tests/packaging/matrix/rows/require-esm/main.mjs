import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { CometChat, CometChatException, User } from "cometchat-users";
import { calls } from "./calls.js";

const required = createRequire(import.meta.url)("cometchat-users");
assert.equal(required.User, User);
assert.equal(required.CometChatException, CometChatException);
assert.equal(required.CometChat, CometChat);

const { COMETCHAT_APP_ID: appId, COMETCHAT_AUTH_KEY: authKey, NEW_UID: uid } = process.env;
const { users, ...rest } = await calls({ appId, authKey, uid });
// A `User` that the imported functions return is a `User` for code that requires the package, too.
const areUsers = users.every((user) => user instanceof required.User);
console.log(JSON.stringify({ users, ...rest, areUsers }));
