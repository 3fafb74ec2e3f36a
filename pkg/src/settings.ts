// How a client is told which app it talks to, and how.

import { get } from "./generated/look.js";

/** Where a session is kept: `localStorage`, `sessionStorage`, the memory of the page, or a storage of your own. */
export type SessionStorage = "local" | "session" | "memory" | CustomStorage;

/**
 * A storage of your own for the session, such as React Native's `AsyncStorage`, or an encrypted one. Each method
 * may answer at once or with a promise.
 *
 * Each call reads it anew, and a login or logout resolves when it has been written. One that fails is used no more:
 * the session is then kept in memory. One that does not answer within a call's time limit fails that call with
 * `REQUEST_TIMEOUT`.
 */
export interface CustomStorage {
  /** The text under a key; null or undefined where there is none. */
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  /** Stores a text; what it returns is only waited for. */
  setItem(key: string, value: string): unknown;
  /** Takes a text away; what it returns is only waited for. */
  removeItem(key: string): unknown;
}

/** The service's name for {@link SessionStorage}. */
export const StorageMode = {
  /** `localStorage`: for all tabs, until logout. */
  LOCAL: "local",
  /** `sessionStorage`: for this tab, until it is closed. */
  SESSION: "session",
} as const;

/** The app's region: an editor completes those that are known, and any other string is as good as they are. */
export type Region = "us" | "eu" | "in" | (string & Record<never, never>);

/** What `init` and `new Client` take beside the app id. */
export interface InitOptions {
  /** The app's region: `"us"`, `"eu"`, `"in"` or another; the dashboard shows it. */
  region?: Region;
  /** Another host for calls with a key. With a path it is taken as it is; without, `/v3.0` is added. */
  adminHost?: string;
  /** Another host for calls of a session; a path is treated as in `adminHost`. */
  clientHost?: string;
  /** The address of an emulator, which answers in the service's place; `connectEmulator` takes precedence. */
  emulator?: string;
  /** Default: `"local"` for `init` in a browser, `"memory"` elsewhere and for a `Client`. */
  storage?: SessionStorage;
  /** Keeps stored sessions apart; a `Client` that stores its session needs one. */
  sessionName?: string;
  /** Time limit of a whole call, retries included, in milliseconds. Default 30,000. */
  timeoutMs?: number;
  /** How often a request is sent again after a fault that may pass. Default 2. */
  maxRetries?: number;
  /** Takes the place of the global `fetch`; called with a URL and options. */
  fetch?: (url: string, options: RequestInit) => Promise<Response>;
  /** No warning about an auth key in a page that is not on this machine. */
  allowAuthKeyInBrowser?: boolean;
}

/** What {@link AppSettingsBuilder} builds. */
export type AppSettings = InitOptions;

/** Options of a single call. */
export interface RequestOptions {
  /** Ends the call at once, with `REQUEST_ABORTED`. */
  signal?: AbortSignal;
  /** Time limit of the whole call, retries included, in milliseconds. */
  timeoutMs?: number;
  /** How often the request is sent again after a fault that may pass. */
  maxRetries?: number;
}

/** Options of `createUser`. */
export interface CreateOptions extends RequestOptions {
  /** Ask for an auth token of the new user; it is then in `user.authToken`. */
  withAuthToken?: boolean;
}

/**
 * Builds the settings for `init` step by step, as the service's documentation does. A plain object
 * (`{ region: "us" }`) says the same.
 *
 * The setters for presence, groups and sockets are there so that documented code runs; this package
 * opens no socket, and they do nothing.
 */
export class AppSettingsBuilder {
  #settings: AppSettings = {};

  /**
   * Sets the region.
   *
   * @param region The app's region: `"us"`, `"eu"`, `"in"` or another; the dashboard shows it.
   */
  setRegion(region: Region): this {
    this.#settings.region = region;
    return this;
  }

  /**
   * Sets another host for calls with a key.
   *
   * @param adminHost See {@link InitOptions.adminHost}.
   */
  overrideAdminHost(adminHost: string): this {
    this.#settings.adminHost = adminHost;
    return this;
  }

  /**
   * Sets another host for calls of a session.
   *
   * @param clientHost See {@link InitOptions.clientHost}.
   */
  overrideClientHost(clientHost: string): this {
    this.#settings.clientHost = clientHost;
    return this;
  }

  /**
   * Sets where the session is kept.
   *
   * @param storage One of {@link StorageMode}, `"memory"`, or a storage of your own.
   */
  setStorageMode(storage: SessionStorage): this {
    this.#settings.storage = storage;
    return this;
  }

  /** Does nothing here: this package has no presence. */
  subscribePresenceForAllUsers(): this {
    return this;
  }
  /** Does nothing here: this package has no presence. */
  subscribePresenceForRoles(_roles: string[]): this {
    return this;
  }
  /** Does nothing here: this package has no presence. */
  subscribePresenceForFriends(): this {
    return this;
  }
  /** Does nothing here: this package has no groups. */
  enableAutoJoinForGroups(_isEnabled = true): this {
    return this;
  }
  /** Does nothing here: this package opens no socket. */
  autoEstablishSocketConnection(_isEnabled = true): this {
    return this;
  }

  /** The settings, for `init`. */
  build(): AppSettings {
    return { ...this.#settings };
  }
}

const SETTINGS = [
  "region",
  "adminHost",
  "clientHost",
  "emulator",
  "storage",
  "sessionName",
  "timeoutMs",
  "maxRetries",
  "fetch",
  "allowAuthKeyInBrowser",
] satisfies (keyof InitOptions)[];

/**
 * The settings as they are now, of a builder, too; what is no object is left to the core to report.
 *
 * @internal
 */
export function copied(settings: InitOptions): InitOptions {
  const built =
    typeof get(settings, "build") === "function"
      ? (settings as unknown as AppSettingsBuilder).build()
      : settings;
  return typeof built === "object" && built
    ? Object.fromEntries(SETTINGS.map((name) => [name, get(built, name)]))
    : built;
}
