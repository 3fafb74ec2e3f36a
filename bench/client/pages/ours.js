// What a page of this package's bundles: the three functions, and what they need.

import { createUser, init, updateCurrentUserDetails, updateUser } from "cometchat-users";

globalThis.users = { init, createUser, updateUser, updateCurrentUserDetails };
