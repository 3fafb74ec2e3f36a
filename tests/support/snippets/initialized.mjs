// What the documentation's snippets take for granted: init has been called.

import { CometChat } from "cometchat-users";

await CometChat.init("APP_ID", new CometChat.AppSettingsBuilder().setRegion("APP_REGION").build());
