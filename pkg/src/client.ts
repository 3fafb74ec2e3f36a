// A client of the service, as its callers see it: hands each call to the WebAssembly core, and gives its plain
// answers the package's classes. Every decision is the core's.

import { type Begin, Calls } from "./calls.js";
import { Logins } from "./logins.js";
import type { SessionListener } from "./session-watch.js";
import {
  type AppSettings,
  type CreateOptions,
  copied,
  type InitOptions,
  type RequestOptions,
} from "./settings.js";
import type { TokenSource } from "./token.js";
import {
  type CurrentUserChanges,
  type Metadata,
  type NewUser,
  User,
  type UserChanges,
} from "./user.js";

/** The class behind `Client` of api.ts, where it is described. */
export class Client {
  #calls: Calls;
  #logins: Logins;

  /**
   * A client of its own for one app. Sends no request.
   *
   * @param appId The app's id, from the CometChat dashboard.
   * @param settings The region, or the hosts, and the limits for all calls. Wrong settings are
   *   reported by the first call.
   * @example
   * const client = new Client("APP_ID", { region: "us" });
   * await client.login("kevin", "AUTH_KEY");
   */
  constructor(appId: string, settings: AppSettings | InitOptions) {
    this.#calls = new Calls({ appId, settings: copied(settings), isShared: false });
    this.#logins = new Logins(this.#calls);
  }

  /**
   * The client behind the package's functions: it is configured by `init`.
   *
   * @internal
   */
  static shared(): Client {
    // Where the class is named within itself, bundlers give it another name.
    const client = new this("", {});
    client.#calls = new Calls();
    client.#logins = new Logins(client.#calls);
    return client;
  }

  /**
   * Sets the app for all functions of this package; call it before the others. It sends no request. Calling it again for
   * the same app keeps the session.
   *
   * @param appId The app's id, from the CometChat dashboard.
   * @param settings The app's region (`{ region: "us" }`), or what `AppSettingsBuilder` built.
   * @returns `true`.
   * @throws CometChatException `MISSING_PARAMETERS`, `INVALID_SETTINGS`, `WASM_UNAVAILABLE`.
   * @example
   * await init("APP_ID", { region: "us" });
   */
  async init(appId: string, settings: AppSettings | InitOptions): Promise<true> {
    await this.#calls.init({ appId, settings: copied(settings), isShared: true });
    return true;
  }

  /**
   * Whether `init` has succeeded, or the `Client` was made with settings.
   *
   * @returns `true` once calls can be made.
   * @example
   * if (!isInitialized()) await init("APP_ID", { region: "us" });
   */
  isInitialized(): boolean {
    return this.#calls.settings !== undefined;
  }

  /**
   * Sends every later call to an emulator instead of the service; before or after `init`. In Node the
   * environment variable `COMETCHAT_EMULATOR_HOST` does the same.
   *
   * @param url The emulator's address. Default `http://127.0.0.1:8090`.
   * @returns Nothing.
   * @throws CometChatException `INVALID_SETTINGS` for an address that is no http(s) URL: at once when
   *   the WebAssembly module is loaded, else from the next call.
   * @example
   * connectEmulator("http://127.0.0.1:8090");
   */
  connectEmulator(url?: string): void {
    this.#calls.connectEmulator(url);
  }

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
   * @example
   * const user = await createUser({ uid: "kevin", name: "Kevin", tags: ["new"] }, "AUTH_KEY");
   * console.log(user.name);
   */
  createUser<M extends object = Metadata>(
    user: NewUser<M>,
    authKey: string,
    options?: CreateOptions,
  ): Promise<User<M>> {
    return this.#user(options, (core) => core.createUser(user, authKey, options));
  }

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
   * @example
   * await updateUser({ uid: "kevin", role: "premium", avatar: "" }, "AUTH_KEY");
   */
  updateUser<M extends object = Metadata>(
    user: UserChanges<M>,
    authKey: string,
    options?: RequestOptions,
  ): Promise<User<M>> {
    return this.#user(options, (core) => core.updateUser(user, authKey, options));
  }

  /**
   * Changes the logged-in user's fields, without an auth key. A uid or a role in `user` is not sent: it
   * is always the logged-in user that changes, and never its role.
   *
   * @param user The fields to change, as for `updateUser`.
   * @param options A signal, a time limit, a number of retries.
   * @returns The user after the change, with the session's data (`authToken`, `wsChannel`, …).
   * @throws CometChatException `USER_NOT_LOGGED_IN`; `AUTH_ERR_AUTH_TOKEN_NOT_FOUND` when the session has
   *   ended at the service, and then here too; `INVALID_USER_NAME` and so on as `createUser`.
   * @example
   * await updateCurrentUserDetails({ name: "Kevin", statusMessage: "in a meeting" });
   */
  updateCurrentUserDetails<M extends object = Metadata>(
    user: CurrentUserChanges<M>,
    options?: RequestOptions,
  ): Promise<User<M>> {
    return this.#user(options, (core) => core.updateCurrentUserDetails(user, options));
  }

  /**
   * Logs a user in by its uid and the app's auth key: use it in development only. In production, log in with a token
   * of your server: `login({ tokenFrom: "/api/cometchat-token" })` or `login(authToken)`. Logging in again as the same
   * user sends no request; logging in as another takes the session's place.
   *
   * @param uid The user's uid.
   * @param authKey The app's auth key.
   * @param options A signal, a time limit, a number of retries.
   * @returns The logged-in user.
   * @throws CometChatException `INVALID_AUTH_KEY`, `UID_IS_COMPULSORY`, `INVALID_UID`, `LOGIN_IN_PROGRESS`;
   *   `ERR_UID_NOT_FOUND` and other codes of the service.
   * @example
   * const user = await login("kevin", "AUTH_KEY");
   */
  login<M extends object = Metadata>(
    uid: string,
    authKey: string,
    options?: RequestOptions,
  ): Promise<User<M>>;
  /**
   * Logs a user in with a token that your server got for it. Logging in again as the same user sends no request; logging
   * in as another takes the session's place.
   *
   * @param authToken The token: what `createAuthToken` of `cometchat-users/server` gives.
   * @param options A signal, a time limit, a number of retries.
   * @returns The logged-in user.
   * @throws CometChatException `MISSING_PARAMETERS`, `INVALID_AUTH_TOKEN`, `LOGIN_IN_PROGRESS`;
   *   `AUTH_ERR_AUTH_TOKEN_NOT_FOUND` and other codes of the service.
   * @example
   * const user = await login(authToken);
   */
  login<M extends object = Metadata>(authToken: string, options?: RequestOptions): Promise<User<M>>;
  /**
   * Logs a user in with a token that is fetched first, from a route of your server or by a function, within the call's
   * time limit. `tokenHandler` of `cometchat-users/server` is such a route.
   *
   * @param source Where the token comes from: `{ tokenFrom }`.
   * @param options A signal, a time limit, a number of retries.
   * @returns The logged-in user.
   * @throws CometChatException `FAILED_TO_FETCH` when `tokenFrom` gives no token; else as with a token.
   * @example
   * const user = await login({ tokenFrom: "/api/cometchat-token" });
   */
  login<M extends object = Metadata>(
    source: TokenSource,
    options?: RequestOptions,
  ): Promise<User<M>>;
  login<M extends object = Metadata>(
    ...args: [string | TokenSource, (string | RequestOptions)?, RequestOptions?]
  ): Promise<User<M>> {
    const [first, second, third] = args;
    // A second argument that is there but undefined is a key that got lost, not a token login.
    if (args.length < 2 || (typeof second === "object" && second !== null)) {
      return this.#logins.withToken(first, second as RequestOptions | undefined);
    }
    return this.#logins.withKey(first, second, third);
  }

  /**
   * Ends the session, here and at the service.
   *
   * @param options A signal, a time limit, a number of retries.
   * @returns Nothing, once the session has ended.
   * @throws CometChatException `USER_NOT_LOGGED_IN`. After any other failure the session is still there:
   *   try again.
   * @example
   * await logout();
   */
  logout(options?: RequestOptions): Promise<void> {
    return this.#calls.run(
      options,
      (core) => core.logout(options),
      () => {},
    );
  }

  /**
   * The logged-in user as last seen. Sends no request. `getLoggedinUser` is the official SDK's spelling of it.
   *
   * @returns The user, or `null` when nobody is logged in.
   * @throws CometChatException `COMETCHAT_INITIALIZATION_NOT_DONE`, `WASM_UNAVAILABLE`.
   * @example
   * const user = await getLoggedInUser();
   * console.log(user ? `Hello ${user.name}` : "Sign in first.");
   */
  getLoggedInUser<M extends object = Metadata>(): Promise<User<M> | null> {
    return this.#calls.run(
      undefined,
      (core) => core.getLoggedInUser(),
      (fields) => (fields === null ? null : new User<M>(fields)),
    );
  }

  /**
   * Any user of the app, as the logged-in user sees it.
   *
   * @param uid The user's uid.
   * @param options A signal, a time limit, a number of retries.
   * @returns The user.
   * @throws CometChatException `USER_NOT_LOGGED_IN`, `UID_IS_COMPULSORY`, `INVALID_UID`,
   *   `ERR_UID_NOT_FOUND` and other codes of the service.
   * @example
   * const user = await getUser("kevin");
   */
  getUser<M extends object = Metadata>(uid: string, options?: RequestOptions): Promise<User<M>> {
    return this.#user(options, (core) => core.getUser(uid, options));
  }

  /**
   * Has a function called whenever another user is logged in than before: after a login, a logout, the end of the
   * session at the service, or one of these in another tab of the page. A change of the user's fields is none.
   *
   * @param listener Is given the user that is logged in now, or `null`. What it throws is no call's failure.
   * @returns A function that takes the listener away.
   * @example
   * const stop = onSessionChange((user) => console.log(user?.getName() ?? "logged out"));
   */
  onSessionChange<M extends object = Metadata>(listener: SessionListener<M>): () => void {
    return this.#calls.onSessionChange(listener);
  }

  /** A call whose answer is a user. */
  #user<M extends object>(options: RequestOptions | undefined, begin: Begin): Promise<User<M>> {
    return this.#calls.run(options, begin, (fields) => new User<M>(fields));
  }
}
