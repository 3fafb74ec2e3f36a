/// <reference lib="esnext.disposable" preserve="true" />

// The package's types, with their documentation. The rules for users, and everything that the service would
// answer, are the engine's own: nothing here repeats them.

/** What an emulator is created with. All of it is optional. */
export interface EmulatorOptions {
  /** Id of the first app. Default: `"APP_ID"`, as in CometChat's documentation. */
  appId?: string;
  /** Auth key of the first app. Default: `"AUTH_KEY"`. */
  authKey?: string;
  /** REST API key of the first app. Default: `"REST_API_KEY"`. */
  restApiKey?: string;
  /** More apps, each with users of its own. */
  apps?: readonly AppOptions[];
  /** Users that the first app starts with, and has again after `reset()`. */
  users?: readonly UserInput[];
  /** Whether each app also starts with the service's sample users, `cometchat-uid-1` to `cometchat-uid-5`. Default: true. */
  sampleUsers?: boolean;
  /**
   * What the auth key may do: `"all"` that it is used for in CometChat's documentation, `"create"` users and auth
   * tokens, or make auth `"tokens"` and nothing else. Default: `"all"`.
   */
  authKeyScope?: AuthKeyScope;
  /** Enforces rate limits: the service's own (`true`), or these. Default: false. */
  rateLimits?: boolean | RateLimits;
  /**
   * The emulator's clock: milliseconds since 1970. Time can be moved by a clock of the test's own. Default:
   * `Date.now`, looked up on each call, so that fake timers count.
   */
  now?: () => number;
  /** How long each reply to the service's routes takes, in milliseconds. Default: 0. */
  latencyMs?: number;
  /**
   * A host that `fetch` answers for besides CometChat's, such as `"localhost:8090"`: for a client that was given an
   * emulator's address. The emulator's own routes, `/__emulator`, are there, too, if it is a loopback name.
   */
  address?: string;
}

/** What the auth key may do. */
export type AuthKeyScope = "all" | "create" | "tokens";

/** Requests for each app and minute. */
export interface RateLimits {
  /** Creating and deleting users. */
  core: number;
  /** Everything else. */
  standard: number;
}

/** One more app. */
export interface AppOptions {
  appId: string;
  /** Default: 40 random hex digits, to be read from `emulator.apps`. */
  authKey?: string;
  /** Default: likewise. */
  restApiKey?: string;
  /** Users that it starts with, and has again after `reset()`. */
  users?: readonly UserInput[];
}

/** An app and its keys. */
export interface App {
  readonly appId: string;
  readonly authKey: string;
  readonly restApiKey: string;
}

/** A user, as it is given. The rules are those of the service for a new user. */
export interface UserInput {
  uid: string;
  name: string;
  avatar?: string;
  link?: string;
  role?: string;
  statusMessage?: string;
  metadata?: Record<string, unknown>;
  tags?: readonly string[];
}

/** A user, as the emulator holds it. Times are in seconds since 1970. */
export interface UserRecord {
  uid: string;
  name: string;
  avatar?: string;
  link?: string;
  role: string;
  status: "available" | "offline";
  statusMessage?: string;
  metadata?: Record<string, unknown>;
  tags?: string[];
  lastActiveAt?: number;
  createdAt: number;
  updatedAt?: number;
  deactivatedAt?: number;
  [field: string]: unknown;
}

/** Which requests a fault is for. What is left out matches any. */
export interface FaultMatch {
  /** The HTTP method. */
  method?: string;
  /** The path without the version, such as `/users`; `*` matches any text. */
  path?: string;
  /** The uid of the path, of the new user, or of the signed-in user. */
  uid?: string;
  appId?: string;
  /** Only the n-th matching request, counted from 1. */
  nth?: number;
}

/** What a fault does. */
export type FaultAction =
  /** An error in the service's envelope. Default: 500 `ERR_EXCEPTION`. */
  | {
      type: "error";
      status?: number;
      code?: string;
      message?: string;
      details?: Record<string, string[]>;
    }
  /** 429 with `Retry-After`, in seconds. Default: 15. */
  | { type: "rateLimit"; retryAfter?: number }
  /** Waits so many milliseconds, then goes on with the next faults. */
  | { type: "delay"; ms: number }
  /** No response: the connection is closed, and `fetch` rejects with a `TypeError`. */
  | { type: "drop" }
  /** The first half of the JSON. */
  | { type: "truncated" }
  /** Invalid JSON. Default: 200. */
  | { type: "invalidJson"; status?: number }
  /** A proxy's HTML page. Default: 502. */
  | { type: "html"; status?: number }
  /** No body. Default: 200. */
  | { type: "empty"; status?: number }
  /** The first half of a response, then nothing. */
  | { type: "stall" }
  /** Any other response. */
  | { type: "reply"; status: number; body?: string; contentType?: string };

/** A fault to set: the first that matches a request decides how it is answered. */
export interface FaultRule {
  match?: FaultMatch;
  action: FaultAction;
  /** How many matching requests pass before. */
  skip?: number;
  /** How often it fires. Default: as often as it matches. */
  times?: number;
  /** Whether the request is carried out all the same, and only its response is affected. Default: false. */
  commit?: boolean;
}

/** A fault that is set. */
export interface Fault extends FaultRule {
  id: string;
  [field: string]: unknown;
}

/** Faults, to see how an app copes. */
export interface Faults {
  /**
   * Sets a fault, behind those that are there.
   *
   * @returns The fault with its id.
   * @throws TypeError when the rule does not fit.
   */
  add(rule: FaultRule): Promise<Fault>;
  /** Sets several faults in this order. */
  add(rules: readonly FaultRule[]): Promise<Fault[]>;
  /** The faults that are set. */
  list(): Promise<Fault[]>;
  /** Takes one fault away, or all. */
  clear(id?: string): Promise<void>;
}

/** A request that reached the service's routes, with secrets masked. */
export interface RecordedRequest {
  id: string;
  /** When, in milliseconds since 1970. */
  at: number;
  method: string;
  path: string;
  query?: string;
  headers: Record<string, string>;
  /** The JSON that was sent, or text. */
  body?: unknown;
  /** The response's status. */
  status: number;
  /** The response's error code. */
  code?: string;
  /** The id of the fault that made the response. */
  fault?: string;
  [field: string]: unknown;
}

/** The whole state as one JSON document: users, roles and auth tokens, without keys. */
export interface Snapshot {
  version: number;
  apps: { appId: string; [field: string]: unknown }[];
}

/** The platform's `fetch`, where the project's types know one. */
export type Fetch = typeof globalThis extends { fetch: infer Platform }
  ? Platform
  : (url: string, options?: object) => Promise<unknown>;

/** Where to listen. */
export interface ListenOptions {
  /** Default: 0, any free port. */
  port?: number;
  /** Default: `"127.0.0.1"`. */
  host?: string;
}

/** A server that answers for an emulator. */
export interface Listening extends AsyncDisposable {
  /** `http://127.0.0.1:8090`, for `connectEmulator` or `COMETCHAT_EMULATOR_HOST`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Stops listening. The emulator goes on. */
  close(): Promise<void>;
}

/** Takes `globalThis.fetch` back to what it was; also at the end of a `using` block. */
export interface Undo extends Disposable {
  (): void;
}

/** CometChat's user API, in this process. Several emulators share nothing. */
export interface Emulator extends AsyncDisposable {
  /** Id of the first app. */
  readonly appId: string;
  /** Auth key of the first app. */
  readonly authKey: string;
  /** REST API key of the first app. */
  readonly restApiKey: string;
  /** All apps, the first one included. */
  readonly apps: readonly App[];

  /**
   * Answers requests to CometChat's hosts (`{appId}.api-{region}.cometchat.io` and `apiclient-…`) as the service
   * would, and those to the option `address`. It never uses the network. It may be passed on by itself: `{ fetch: emulator.fetch }`.
   *
   * @throws TypeError for any other host, for a fault that drops the connection, and after `close()`.
   * @throws The signal's reason when `signal` aborts.
   */
  readonly fetch: Fetch;

  /** Takes all apps back to the users they started with, and forgets faults and recorded requests. */
  reset(): Promise<void>;
  /** The whole state, or that of one app. */
  snapshot(options?: { appId?: string }): Promise<Snapshot>;
  /**
   * Replaces the state of the apps in a snapshot, all of it or nothing.
   *
   * @throws TypeError when it is not a snapshot, or names an app that this emulator does not have.
   */
  restore(snapshot: Snapshot): Promise<void>;
  /**
   * Creates many users at once: these, or `count` users with uids such as `user-1`. Users that exist stay as they
   * are.
   *
   * @param options.appId Default: the first app.
   * @throws TypeError when a user does not fit; none is created then.
   */
  seed(
    users: readonly UserInput[] | { count: number; prefix?: string },
    options?: { appId?: string },
  ): Promise<{ created: number; existing: number }>;
  /** All users of an app, deactivated ones included, by uid. */
  users(options?: { appId?: string }): Promise<UserRecord[]>;
  /** Faults: errors, rate limits, delays, broken responses. */
  readonly faults: Faults;
  /** The last requests to the service's routes, at most 1,000, the oldest first; `limit` leaves the newest. */
  requests(options?: { limit?: number }): Promise<RecordedRequest[]>;

  /**
   * Puts the emulator under `globalThis.fetch`, for CometChat's hosts alone: the official SDK and hand-written
   * calls reach it unchanged, everything else goes where it went before. Of several emulators, the last one
   * answers. Other ways to send a request, such as `XMLHttpRequest` and `node:http`, are not intercepted.
   *
   * @returns The way back. The order of several does not matter.
   */
  intercept(): Undo;
  /**
   * Starts an HTTP server for this emulator, in Node, Deno and Bun.
   *
   * @throws TypeError where there is no `node:http`.
   * @throws Error when the port is taken.
   */
  listen(options?: ListenOptions): Promise<Listening>;
  /** Ends it: servers, waiting requests, interceptions. Later requests fail. Also at the end of an `await using` block. */
  close(): Promise<void>;
}
