// The official SDK, loaded in Node. It expects a web page; the globals that it looks for are faked here with
// as little as works, so that they add next to nothing to its time.

import { createRequire } from "node:module";
import { officialSdk } from "./official-sdk.mjs";

function storage() {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, String(value)),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
    key: (index) => [...items.keys()][index] ?? null,
    get length() {
      return items.size;
    },
  };
}

const nothing = () => {};

Object.assign(globalThis, {
  window: globalThis,
  localStorage: storage(),
  sessionStorage: storage(),
  document: { addEventListener: nothing, removeEventListener: nothing, cookie: "" },
  location: { protocol: "https:", hostname: "localhost", href: "https://localhost/", search: "" },
  addEventListener: nothing,
  removeEventListener: nothing,
});
globalThis.navigator ??= { userAgent: "Node", onLine: true, language: "en" };

const { CometChat } = createRequire(import.meta.url)("@cometchat/chat-sdk-javascript");

export const { init, createUser } = officialSdk(CometChat);
