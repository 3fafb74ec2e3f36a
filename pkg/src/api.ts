// Everything that the package offers, once as functions of one shared client.

import { Client as AnyClient } from "./client.js";
import { type LoginCallbacks, LoginListeners } from "./login-listener.js";
import type { Metadata } from "./user.js";

export {
  type ClientErrorCode,
  CometChatException,
  type ErrorCode,
  type ExceptionFields,
  type KnownErrorCode,
  type ServiceErrorCode,
  type Violation,
} from "./exception.js";
export { load, type WasmSource } from "./loader.js";
export type { LoginCallbacks } from "./login-listener.js";
export { LoginListener } from "./login-listener.js";
export type { SessionListener } from "./session-watch.js";
export {
  type AppSettings,
  AppSettingsBuilder,
  type CreateOptions,
  type CustomStorage,
  type InitOptions,
  type Region,
  type RequestOptions,
  type SessionStorage,
  StorageMode,
} from "./settings.js";
export type { TokenSource } from "./token.js";
export {
  type CurrentUserChanges,
  type EditableFields,
  type Metadata,
  type NewUser,
  User,
  type UserChanges,
  type UserFields,
  type UserWithExtras,
} from "./user.js";
export { validateUser } from "./validate-user.js";

/** The one client behind the package's functions. */
const shared = /* @__PURE__ */ AnyClient.shared();

type Methods = {
  [K in keyof AnyClient]: AnyClient[K] extends (...args: never[]) => unknown ? K : never;
}[keyof AnyClient];

/** A method of the shared client as a function of its own. */
const shares = <K extends Methods>(name: K): AnyClient[K] =>
  (shared[name] as CallableFunction).bind(shared) as AnyClient[K];

// In the typings, the build gives each function below the doc comment of its method.

/**
 * A client with a session and settings of its own, for servers and for pages that act for more than
 * one user. Its methods are those of the package; its session is kept in memory unless `storage` and
 * `sessionName` say otherwise, and is never shared with another client.
 *
 * @class
 */
export const Client: typeof AnyClient = AnyClient;
/** An instance of the class {@link Client}. */
export type Client = AnyClient;

/** @function */
export const init: Client["init"] = /* @__PURE__ */ shares("init");

/** @function */
export const isInitialized: Client["isInitialized"] = /* @__PURE__ */ shares("isInitialized");

/** @function */
export const connectEmulator: Client["connectEmulator"] = /* @__PURE__ */ shares("connectEmulator");

/** @function */
export const createUser: Client["createUser"] = /* @__PURE__ */ shares("createUser");

/** @function */
export const updateUser: Client["updateUser"] = /* @__PURE__ */ shares("updateUser");

/** @function */
export const updateCurrentUserDetails: Client["updateCurrentUserDetails"] = /* @__PURE__ */ shares(
  "updateCurrentUserDetails",
);

/** @function */
export const login: Client["login"] = /* @__PURE__ */ shares("login");

/** @function */
export const logout: Client["logout"] = /* @__PURE__ */ shares("logout");

/** @function */
export const getLoggedInUser: Client["getLoggedInUser"] = /* @__PURE__ */ shares("getLoggedInUser");

/** @function */
export const getLoggedinUser: Client["getLoggedInUser"] = getLoggedInUser;

/** @function */
export const getUser: Client["getUser"] = /* @__PURE__ */ shares("getUser");

/** @function */
export const onSessionChange: Client["onSessionChange"] = /* @__PURE__ */ shares("onSessionChange");

const loginListeners = /* @__PURE__ */ new LoginListeners(onSessionChange);

/**
 * The official SDK's way to hear of logins and logouts; {@link onSessionChange} tells the same.
 *
 * @param name Any name, for {@link removeLoginListener}. A listener that has it already is taken away.
 * @param listener The functions to call.
 * @returns Nothing.
 * @example
 * addLoginListener("app", new LoginListener({ loginSuccess: (user) => console.log(user.getName()) }));
 */
export function addLoginListener<M extends object = Metadata>(
  name: string,
  listener: LoginCallbacks<M>,
): void {
  loginListeners.add(name, listener);
}

/**
 * Takes away what {@link addLoginListener} has added.
 *
 * @param name The listener's name.
 * @returns Nothing, whether there was one or not.
 * @example
 * removeLoginListener("app");
 */
export function removeLoginListener(name: string): void {
  loginListeners.remove(name);
}
