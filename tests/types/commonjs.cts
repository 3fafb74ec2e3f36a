// What a CommonJS consumer sees of the package: the same names, as values and as types.

import { CometChat, type NewUser } from "cometchat-users";

import users = require("cometchat-users");
import inline = require("cometchat-users/inline");

const user: NewUser = { uid: "usr1", name: "Kevin" };
const created: Promise<users.User> = CometChat.createUser(user, "key");
const client: users.Client = new users.Client("app", { region: "us" });
const user2: users.User = new inline.User("usr2");
export = { created, client, user2 };
