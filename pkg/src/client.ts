// A client of the service: loads the WebAssembly core on first use, hands each call to it, and gives
// its plain answers the package's classes. Every decision is the core's.

import { called, exception } from "./called.js";
import { assertRunning } from "./crash.js";
import type { Core } from "./generated/bindings.js";
import { get, now } from "./generated/look.js";
import { loaded, within } from "./loader.js";
import { type SessionListener, SessionWatch } from "./session-watch.js";
import type {
  AppSettings,
  AppSettingsBuilder,
  CreateOptions,
  InitOptions,
  RequestOptions,
} from "./settings.js";
import { Mirror } from "./storage.js";
import { type TokenSource, tokenOf } from "./token.js";
import {
  type CurrentUserChanges,
  type Metadata,
  type NewUser,
  User,
  type UserChanges,
} from "./user.js";

/** Begins a call of the core. */
type Begin = (core: Core) => Promise<unknown>;
/** What a login was called with, and its end. */
type Login = { first: unknown; second: unknown; ended: Promise<number> };
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
  /** In place of a storage of the caller's. */
  #mirror: Mirror | undefined;
  #watch: SessionWatch | undefined;
  /** The last login that is under way. */
  #lastLogin: Login | undefined;

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
      this.#configure(core, { appId, settings, isShared: true });
      this.#look();
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
  /** As the function {@link login}, with a token that is fetched first. */
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
      const options = second as RequestOptions | undefined;
      const tokenFrom = get(first, "tokenFrom");
      if (!tokenFrom) {
        return this.#login(first, null, options, (core) => core.loginWithToken(first, options));
      }
      const settings = this.#configuration?.settings;
      const at = now();
      const fetch = get(globalThis, "fetch");
      return this.#login(tokenFrom, null, options, async (core) => {
        const token = tokenOf(tokenFrom, get(settings, "fetch") ?? fetch, get(options, "signal"));
        const given = await this.#within(token, options, at, "token");
        // What it took counts as part of the call's time.
        return core.since(at, fetch).loginWithToken(given, options);
      });
    }
    return this.#login(first, second, third, (core) => core.loginWithKey(first, second, third));
  }

  /**
   * A login. While an equal one is under way it waits for that, and gives the same user: an app may have its effects
   * run twice.
   */
  async #login<M extends object>(
    first: unknown,
    second: unknown,
    options: RequestOptions | undefined,
    begin: Begin,
  ): Promise<User<M>> {
    const last = this.#lastLogin;
    const equal = last?.first === first && last?.second === second ? last?.ended : undefined;
    const at = now();
    const call = this.#user<M>(options, async (core) => {
      if (!equal) return begin(core);
      const isDone = await this.#within(equal, options, at, "other login");
      const user = isDone && (await core.getLoggedInUser());
      return user || begin(core.since(at, get(globalThis, "fetch")));
    });
    const login = { first, second, ended: endOf(call, equal) };
    this.#lastLogin = login;
    void login.ended.then(() => {
      if (this.#lastLogin === login) this.#lastLogin = undefined;
    });
    return call;
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

  /** As the function {@link onSessionChange}. */
  onSessionChange(listener: SessionListener): () => void {
    this.#watch ??= new SessionWatch(() => this.#look());
    this.#look();
    return this.#watch.add(listener);
  }

  #look(): void {
    // A storage of the caller's is read by the next call, and watched by nobody else.
    if (this.#core && !this.#mirror) void this.#watch?.look(this.#core);
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
    const at = now();
    return called(
      this.#mirror ? undefined : this.#core,
      () => this.#ready(options, at),
      (core) => {
        const call = () => (this.#mirror ? this.#stored(begin(core), options, at) : begin(core));
        return this.#watch ? this.#watched(this.#watch, core, call) : call();
      },
      made,
    );
  }

  /** The core, once a storage of the caller's has been read. */
  async #ready(options: RequestOptions | undefined, at: number): Promise<Core> {
    const core = this.#core ?? (await this.#load(options, at));
    if (this.#mirror) await this.#within(this.#mirror.read(), options, at, "storage");
    return core;
  }

  /** What a call gives, once such a storage has been written. */
  async #stored<T>(call: Promise<T>, options: RequestOptions | undefined, at: number): Promise<T> {
    const answer = await call;
    const written = this.#mirror?.written;
    // It was done, whether it can be stored or not.
    if (written) await this.#within(written, options, at, "storage").catch(() => {});
    return answer;
  }

  /** A call before and after which listeners are told what has changed. */
  async #watched<T>(watch: SessionWatch, core: Core, call: () => Promise<T>): Promise<T> {
    void watch.look(core);
    try {
      return await call();
    } finally {
      void watch.look(core);
    }
  }

  #within<T>(promise: Promise<T>, options: RequestOptions | undefined, at: number, what: string) {
    return within(promise, options, this.#configuration?.settings, at, what);
  }

  #configure(core: Core, configuration: Configuration): void {
    const { appId, settings, isShared } = configuration;
    const storage = get(settings, "storage");
    const given = typeof storage === "object" ? storage : undefined;
    const mirror = given && (given === this.#mirror?.given ? this.#mirror : new Mirror(given));
    core.configure(appId, mirror ? { ...settings, mirror } : settings, isShared);
    this.#mirror = mirror;
    this.#configuration = configuration;
  }

  async #load(options: RequestOptions | undefined, at = now()): Promise<Core> {
    const Core = await this.#within(loaded(), options, at, "module");
    // Another call may have been faster.
    if (this.#core) return this.#core;
    assertRunning();
    const core = new Core();
    if (this.#emulator) core.connectEmulator(this.#emulator.url);
    if (this.#configuration) this.#configure(core, this.#configuration);
    this.#core = core;
    return core;
  }
}

/** Resolves when a call and the one that it waited for have ended: 1 where it has succeeded, else 0. */
async function endOf(call: Promise<unknown>, earlier: Promise<number> | undefined) {
  const isDone = await call.then(
    () => 1,
    () => 0,
  );
  await earlier;
  return isDone;
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

/** The settings as they are now, of a builder, too; what is no object is left to the core to report. */
function copied(settings: InitOptions): InitOptions {
  const built =
    typeof get(settings, "build") === "function"
      ? (settings as unknown as AppSettingsBuilder).build()
      : settings;
  return typeof built === "object" && built
    ? Object.fromEntries(SETTINGS.map((name) => [name, get(built, name)]))
    : built;
}
