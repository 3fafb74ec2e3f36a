// A client of the service: loads the WebAssembly core on first use, hands each call to it, and gives
// its plain answers the package's classes. Every decision is the core's.

import { called, exception } from "./called.js";
import { assertRunning } from "./crash.js";
import type { Core } from "./generated/bindings.js";
import { get } from "./generated/look.js";
import { loaded, within } from "./loader.js";
import type { AppSettings, CreateOptions, InitOptions, RequestOptions } from "./settings.js";
import {
  type CurrentUserChanges,
  type Metadata,
  type NewUser,
  User,
  type UserChanges,
} from "./user.js";

/** Begins a call of the core. */
type Begin = (core: Core) => Promise<unknown>;
type Configuration = { appId: string; settings: InitOptions; isShared: boolean };

/**
 * A client with a session and settings of its own, for servers and for pages that act for more than
 * one user. Its methods are those of the package; its session is kept in memory unless `storage` and
 * `sessionName` say otherwise, and is never shared with another client.
 */
export class Client {
  #core: Core | undefined;
  #configuration: Configuration | undefined;
  #emulator: { url: string | undefined } | undefined;

  /**
   * @param appId The app's id, from the CometChat dashboard.
   * @param settings The region, or the hosts, and the limits for all calls. Wrong settings are
   *   reported by the first call.
   */
  constructor(appId: string, settings: AppSettings | InitOptions) {
    this.#configuration = { appId, settings: copied(settings), isShared: false };
  }

  /**
   * The client behind the package's functions: it is configured by `init`.
   *
   * @internal
   */
  static shared(): Client {
    // Where the class is named within itself, bundlers give it another name.
    const client = new this("", {});
    client.#configuration = undefined;
    return client;
  }

  /** Configures the shared client; see the function `init`. */
  async init(appId: string, given: AppSettings | InitOptions): Promise<true> {
    const settings = copied(given);
    try {
      const core = this.#core ?? (await this.#load(undefined));
      assertRunning();
      core.configure(appId, settings, true);
      this.#configuration = { appId, settings, isShared: true };
      return true;
    } catch (failure) {
      throw exception(failure);
    }
  }

  /** Whether the client has settings. */
  isInitialized(): boolean {
    return this.#configuration !== undefined;
  }

  /** As the function {@link connectEmulator}. */
  connectEmulator(url?: string): void {
    this.#emulator = { url };
    try {
      assertRunning();
      this.#core?.connectEmulator(url);
    } catch (failure) {
      throw exception(failure);
    }
  }

  /** As the function {@link createUser}. */
  createUser<M extends object = Metadata>(
    user: NewUser<M>,
    authKey: string,
    options?: CreateOptions,
  ): Promise<User<M>> {
    return this.#user(options, (core) => core.createUser(user, authKey, options));
  }

  /** As the function {@link updateUser}. */
  updateUser<M extends object = Metadata>(
    user: UserChanges<M>,
    authKey: string,
    options?: RequestOptions,
  ): Promise<User<M>> {
    return this.#user(options, (core) => core.updateUser(user, authKey, options));
  }

  /** As the function {@link updateCurrentUserDetails}. */
  updateCurrentUserDetails<M extends object = Metadata>(
    user: CurrentUserChanges<M>,
    options?: RequestOptions,
  ): Promise<User<M>> {
    return this.#user(options, (core) => core.updateCurrentUserDetails(user, options));
  }

  /** As the function {@link login}. */
  login<M extends object = Metadata>(
    uid: string,
    authKey: string,
    options?: RequestOptions,
  ): Promise<User<M>>;
  /** As the function {@link login}, with a token. */
  login<M extends object = Metadata>(authToken: string, options?: RequestOptions): Promise<User<M>>;
  login<M extends object = Metadata>(
    ...args: [string, (string | RequestOptions)?, RequestOptions?]
  ): Promise<User<M>> {
    const [first, second, third] = args;
    // A second argument that is there but undefined is a key that got lost, not a token login.
    if (args.length < 2 || (typeof second === "object" && second !== null)) {
      const options = second as RequestOptions | undefined;
      return this.#user(options, (core) => core.loginWithToken(first, options));
    }
    return this.#user(third, (core) => core.loginWithKey(first, second, third));
  }

  /** As the function {@link logout}. */
  logout(options?: RequestOptions): Promise<void> {
    return this.#call(
      options,
      (core) => core.logout(options),
      () => {},
    );
  }

  /** As the function {@link getLoggedInUser}. */
  getLoggedInUser<M extends object = Metadata>(): Promise<User<M> | null> {
    return this.#call(
      undefined,
      (core) => core.getLoggedInUser(),
      (fields) => (fields === null ? null : new User<M>(fields)),
    );
  }

  /** As the function {@link getUser}. */
  getUser<M extends object = Metadata>(uid: string, options?: RequestOptions): Promise<User<M>> {
    return this.#user(options, (core) => core.getUser(uid, options));
  }

  /** A call whose answer is a user. */
  #user<M extends object>(options: RequestOptions | undefined, begin: Begin): Promise<User<M>> {
    return this.#call(options, begin, (fields) => new User<M>(fields));
  }

  /** A call of the core; `made` makes of its answer what the caller gets. */
  #call<T>(
    options: RequestOptions | undefined,
    begin: Begin,
    // biome-ignore lint/suspicious/noExplicitAny: as for `called`.
    made: (answer: any) => T,
  ): Promise<T> {
    return called(this.#core, () => this.#load(options), begin, made);
  }

  async #load(options: RequestOptions | undefined): Promise<Core> {
    const Core = await within(loaded(), options, this.#configuration?.settings);
    // Another call may have been faster.
    if (this.#core) return this.#core;
    assertRunning();
    const core = new Core();
    if (this.#emulator) core.connectEmulator(this.#emulator.url);
    if (this.#configuration) {
      const { appId, settings, isShared } = this.#configuration;
      core.configure(appId, settings, isShared);
    }
    this.#core = core;
    return core;
  }
}

const SETTINGS = [
  "region",
  "adminHost",
  "clientHost",
  "storage",
  "sessionName",
  "timeoutMs",
  "maxRetries",
  "fetch",
  "allowAuthKeyInBrowser",
] satisfies (keyof InitOptions)[];

/** The settings as they are now; what is no object is left to the core to report. */
const copied = (settings: InitOptions): InitOptions =>
  typeof settings === "object" && settings
    ? Object.fromEntries(SETTINGS.map((name) => [name, get(settings, name)]))
    : settings;
