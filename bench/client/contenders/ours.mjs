// This package.

import * as CometChat from "cometchat-users";
import { contender } from "./this-package.mjs";

export const { init, createUser, clients } = contender(CometChat);
