// This package, as the build without WebAssembly.

import * as CometChat from "cometchat-users/js";
import { contender } from "./this-package.mjs";

export const { init, createUser, clients } = contender(CometChat);
