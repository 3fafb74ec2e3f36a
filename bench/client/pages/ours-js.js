// The entry of a page with this package as the build without WebAssembly.

import { createUser, init, updateCurrentUserDetails, updateUser } from "cometchat-users/js";

globalThis.users = { init, createUser, updateUser, updateCurrentUserDetails };
