// Everything that the package offers, for places that lose files: as in api.ts, with which it shares
// classes and session, but the WebAssembly module is in the script. No file is named here, for a bundler
// would look for it. The typings are api.ts's own; a test holds the names together.

import { Client as AnyClient } from "./client.js";
import { load as loadFrom, places } from "./loader.js";
import { type Methods, method } from "./shared.js";
import { source } from "./wasm/inline.js";

export { CometChatException } from "./exception.js";
export { AppSettingsBuilder, StorageMode } from "./settings.js";
export { User } from "./user.js";

const located = <T>(value: T): T => {
  places.inside = source;
  return value;
};
const shares = <K extends Methods>(name: K) => located(method(name));

export const Client = /* @__PURE__ */ located(AnyClient);
export const load = /* @__PURE__ */ located(loadFrom);
export const init = /* @__PURE__ */ shares("init");
export const isInitialized = /* @__PURE__ */ shares("isInitialized");
export const connectEmulator = /* @__PURE__ */ shares("connectEmulator");
export const createUser = /* @__PURE__ */ shares("createUser");
export const updateUser = /* @__PURE__ */ shares("updateUser");
export const updateCurrentUserDetails = /* @__PURE__ */ shares("updateCurrentUserDetails");
export const login = /* @__PURE__ */ shares("login");
export const logout = /* @__PURE__ */ shares("logout");
export const getLoggedInUser = /* @__PURE__ */ shares("getLoggedInUser");
export const getLoggedinUser = getLoggedInUser;
export const getUser = /* @__PURE__ */ shares("getUser");
