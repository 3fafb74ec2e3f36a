// The official SDK in a web page of jsdom's, which is what most who want it in Node do: the page's globals
// are made Node's.

import { createRequire } from "node:module";
import { requireTool } from "../../tools.mjs";
import { officialSdk } from "./official-sdk.mjs";

const { JSDOM } = requireTool("jsdom");
const { window } = new JSDOM("", { url: "https://localhost/" });
globalThis.window = window;
for (const name of ["document", "location", "localStorage", "sessionStorage"]) {
  globalThis[name] = window[name];
}
globalThis.navigator ??= window.navigator;

const { CometChat } = createRequire(import.meta.url)("@cometchat/chat-sdk-javascript");

export const { init, createUser } = officialSdk(CometChat);
