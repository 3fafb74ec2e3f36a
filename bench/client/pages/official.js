// The entry of a page with the official SDK: its one object holds the three functions and all others.

import { CometChat } from "@cometchat/chat-sdk-javascript";

globalThis.users = CometChat;
