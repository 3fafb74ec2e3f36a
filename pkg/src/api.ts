// Everything that the package offers, once as functions of one shared client.

import { Client as AnyClient } from "./client.js";
import { load as loadFrom, type WasmSource } from "./loader.js";
import { type LoginCallbacks, LoginListeners } from "./login-listener.js";
import type { AppSettings, InitOptions } from "./settings.js";

export {
  type ClientErrorCode,
  CometChatException,
  type ErrorCode,
  type ExceptionFields,
  type ServiceErrorCode,
  type Violation,
} from "./exception.js";
export type { WasmSource } from "./loader.js";
export type { LoginCallbacks } from "./login-listener.js";
export { LoginListener } from "./login-listener.js";
export type { SessionListener } from "./session-watch.js";
export {
  type AppSettings,
  AppSettingsBuilder,
  type CreateOptions,
  type CustomStorage,
  type InitOptions,
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

/**
 * Loads the WebAssembly module; once, however often it is called. After a failure the next call
 * tries again.
 *
 * @param source Another place for the module than the package's script: an address, a response, bytes or a
 *   compiled module. It counts only as long as the module is not loaded.
 * @throws CometChatException `WASM_UNAVAILABLE` when the module cannot be loaded.
 * @function
 */
export const load: (source?: WasmSource) => Promise<void> = loadFrom;

/**
 * Sets the app for all functions of this package; call it before the others. Sends no request.
 * Calling it again for the same app keeps the session.
 *
 * @param appId The app's id, from the CometChat dashboard.
 * @param settings The app's region (`{ region: "us" }`), or what `AppSettingsBuilder` built.
 * @returns `true`.
 * @throws CometChatException `MISSING_PARAMETERS`, `INVALID_SETTINGS`, `WASM_UNAVAILABLE`.
 * @function
 */
export const init: (appId: string, settings: AppSettings | InitOptions) => Promise<true> =
  /* @__PURE__ */ shares("init");

/**
 * Whether `init` has succeeded.
 *
 * @function
 */
export const isInitialized: () => boolean = /* @__PURE__ */ shares("isInitialized");

/**
 * Sends every later call to an emulator instead of the service; before or after `init`. In Node the
 * environment variable `COMETCHAT_EMULATOR_HOST` does the same.
 *
 * @param url The emulator's address. Default `http://127.0.0.1:8090`.
 * @throws CometChatException `INVALID_SETTINGS` for an address that is no http(s) URL: at once when
 *   the WebAssembly module is loaded, else from the next call.
 * @function
 */
export const connectEmulator: (url?: string) => void = /* @__PURE__ */ shares("connectEmulator");

/**
 * Creates a user. Needs the app's auth key: use it in development only, and create users on your
 * server in production.
 *
 * @param user The user: a `User`, or an object with `uid` and `name` and any of `avatar`, `link`,
 *   `role`, `statusMessage`, `metadata`, `tags`. It is not changed.
 * @param authKey The app's auth key.
 * @param options A signal, a time limit, a number of retries; `withAuthToken` for a token of the user.
 * @returns The user as the service created it.
 * @throws CometChatException `INVALID_AUTH_KEY`, `MISSING_PARAMETERS`, `UID_IS_COMPULSORY`,
 *   `INVALID_UID`, `USER_NAME_IS_COMPULSORY`, `INVALID_USER_NAME` (`AVATAR`, `LINK`, `ROLE`,
 *   `STATUS_MESSAGE`, `METADATA`, `TAGS`) and `ERROR_BODY_SIZE_EXCEEDED` before a request is sent;
 *   `ERR_UID_ALREADY_EXISTS` and other codes of the service; `FAILED_TO_FETCH`, `REQUEST_TIMEOUT`,
 *   `REQUEST_ABORTED`, `INVALID_RESPONSE`. With `maybeCreated: true` the user may exist all the same.
 * @function
 */
export const createUser: Client["createUser"] = /* @__PURE__ */ shares("createUser");

/**
 * Changes a user's fields: those that are in `user`. Needs the app's auth key: use it in development
 * only.
 *
 * @param user The `uid` of the user, and the fields to change. `""` clears the avatar, the link or the
 *   status message, `{}` the metadata, `[]` the tags; `null` and `undefined` leave a field as it is.
 * @param authKey The app's auth key.
 * @param options A signal, a time limit, a number of retries.
 * @returns The user after the change.
 * @throws CometChatException as `createUser`, with `ERR_UID_NOT_FOUND` for an unknown uid.
 * @function
 */
export const updateUser: Client["updateUser"] = /* @__PURE__ */ shares("updateUser");

/**
 * Changes the logged-in user's fields, without an auth key. A uid or a role in `user` is not sent: it
 * is always the logged-in user that changes, and never its role.
 *
 * @param user The fields to change, as for `updateUser`.
 * @param options A signal, a time limit, a number of retries.
 * @returns The user after the change, with the session's data (`authToken`, `wsChannel`, …).
 * @throws CometChatException `USER_NOT_LOGGED_IN`; `AUTH_ERR_AUTH_TOKEN_NOT_FOUND` when the session has
 *   ended at the service, and then here too; `INVALID_USER_NAME` and so on as `createUser`.
 * @function
 */
export const updateCurrentUserDetails: Client["updateCurrentUserDetails"] = /* @__PURE__ */ shares(
  "updateCurrentUserDetails",
);

/**
 * Logs a user in: `login(uid, authKey)` in development, `login(authToken)` with a token that your server
 * got for the user in production. `login({ tokenFrom: "/api/cometchat-token" })` gets that token itself, from
 * a route of your server or by a function, within the call's time limit. Logging in again as the same user sends no
 * request; logging in as another takes the session's place.
 *
 * @returns The logged-in user.
 * @throws CometChatException `INVALID_AUTH_KEY`, `UID_IS_COMPULSORY`, `INVALID_UID`,
 *   `MISSING_PARAMETERS`, `INVALID_AUTH_TOKEN`, `LOGIN_IN_PROGRESS`; `ERR_UID_NOT_FOUND`,
 *   `AUTH_ERR_AUTH_TOKEN_NOT_FOUND` and other codes of the service; `FAILED_TO_FETCH` when `tokenFrom` gives no
 *   token.
 * @function
 */
export const login: Client["login"] = /* @__PURE__ */ shares("login");

/**
 * Ends the session, here and at the service.
 *
 * @throws CometChatException `USER_NOT_LOGGED_IN`. After any other failure the session is still there:
 *   try again.
 * @function
 */
export const logout: Client["logout"] = /* @__PURE__ */ shares("logout");

/**
 * The logged-in user as last seen, or `null`. Sends no request.
 *
 * @function
 */
export const getLoggedInUser: Client["getLoggedInUser"] = /* @__PURE__ */ shares("getLoggedInUser");

/**
 * The official SDK's spelling of {@link getLoggedInUser}.
 *
 * @function
 */
export const getLoggedinUser: Client["getLoggedInUser"] = getLoggedInUser;

/**
 * Any user of the app, as the logged-in user sees it.
 *
 * @param uid The user's uid.
 * @param options A signal, a time limit, a number of retries.
 * @throws CometChatException `USER_NOT_LOGGED_IN`, `UID_IS_COMPULSORY`, `INVALID_UID`,
 *   `ERR_UID_NOT_FOUND` and other codes of the service.
 * @function
 */
export const getUser: Client["getUser"] = /* @__PURE__ */ shares("getUser");

/**
 * Has a function called whenever another user is logged in than before: after a login, a logout, the end of the
 * session at the service, or one of these in another tab of the page. A change of the user's fields is none.
 *
 * @param listener Is given the user that is logged in now, or `null`. What it throws is no call's failure.
 * @returns A function that takes the listener away.
 * @example useEffect(() => onSessionChange(setUser), []);
 * @function
 */
export const onSessionChange: Client["onSessionChange"] = /* @__PURE__ */ shares("onSessionChange");

const loginListeners = /* @__PURE__ */ new LoginListeners(onSessionChange);

/**
 * The official SDK's way to hear of logins and logouts; {@link onSessionChange} tells the same.
 *
 * @param name Any name, for {@link removeLoginListener}. A listener that has it already is taken away.
 * @param listener The functions to call.
 */
export function addLoginListener(name: string, listener: LoginCallbacks): void {
  loginListeners.add(name, listener);
}

/**
 * Takes away what {@link addLoginListener} has added.
 *
 * @param name The listener's name.
 */
export function removeLoginListener(name: string): void {
  loginListeners.remove(name);
}
