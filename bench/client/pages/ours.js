// The entry of a page with this package: the three functions, and what they need.

import { createUser, init, updateCurrentUserDetails, updateUser } from "cometchat-users";

globalThis.users = { init, createUser, updateUser, updateCurrentUserDetails };
