// What a CommonJS consumer sees of the package: the same names, as values and as types.

import { CometChat, type NewUser } from "cometchat-users";

import users = require("cometchat-users");

const user: NewUser = { uid: "usr1", name: "Kevin" };
const created: Promise<users.User> = CometChat.createUser(user, "key");
const client: users.Client = new users.Client("app", { region: "us" });
export = { created, client };
