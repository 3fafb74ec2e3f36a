// The official SDK with the globals of a jsdom page made Node's own, which is how most people load it in
// Node.

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
