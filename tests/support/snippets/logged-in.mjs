// What the documentation's snippets on the logged-in user take for granted: init and login.

import "./initialized.mjs";
import { CometChat } from "cometchat-users";

await CometChat.login("cometchat-uid-1", "AUTH_KEY");
