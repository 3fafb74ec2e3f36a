// What a page of the official SDK's bundles: its one object holds the three functions and all others.

import { CometChat } from "@cometchat/chat-sdk-javascript";

globalThis.users = CometChat;
