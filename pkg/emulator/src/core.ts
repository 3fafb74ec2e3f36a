// What `fetch`, the servers and the methods of an emulator have in common: one engine, its clock and timers, and
// the end.

import type { UserInput } from "./api.js";
import {
  type Engine,
  type EngineConfig,
  type EngineReply,
  type EngineRequest,
  startEngine,
} from "./engine.js";
import type { Server } from "./fetch.js";
import type { Checked } from "./options.js";

/** What only the command sets. */
export interface Extras {
  controlHosts?: readonly string[];
  address?: string;
  page?: boolean;
  log?: (entry: Record<string, unknown>) => void;
}

const OWN = "/__emulator";

/** An engine in use. */
export class Core implements Server {
  readonly #engine: Engine;
  readonly #options: Checked;
  readonly #addresses = new Set<string>();
  readonly #closers = new Set<() => void>();
  readonly #timers = new Set<Timer>();
  /** How many requests somebody waits for. */
  #waiting = 0;
  #time: number;
  #isClosed = false;
  #isMuted = false;

  constructor(module: WebAssembly.Module, options: Checked, extras: Extras) {
    this.#options = options;
    this.#time = this.#readClock();
    const config: EngineConfig = {
      apps: options.apps.map(({ appId, authKey, restApiKey }) => ({
        id: appId,
        authKey,
        restApiKey,
      })),
      authKeyScope: options.authKeyScope,
      seed: options.sampleUsers,
      rateLimits: options.rateLimits,
      controlHosts: extras.controlHosts,
      address: extras.address,
      page: extras.page,
    };
    this.#engine = startEngine(module, config, {
      now: () => {
        // What a clock throws must not cross the engine.
        try {
          return this.#readClock();
        } catch {
          return this.#time;
        }
      },
      delay: (ms) => this.#delay(ms),
      log: extras.log && ((entry) => this.#isMuted || extras.log?.(entry)),
    });
  }

  serve(request: EngineRequest, signal?: AbortSignal): Promise<EngineReply> {
    try {
      if (this.#isClosed) throw new TypeError("cometchat-emulator: the emulator is closed");
      this.#readClock();
    } catch (error) {
      return Promise.reject(error);
    }
    const reply = this.#answer(request);
    // Most replies are there by now, and need no watching.
    return this.#timers.size === 0 && !signal ? reply : this.#watch(reply, signal);
  }

  /** Keeps the process alive for a reply that somebody waits for. */
  async #watch(reply: Promise<EngineReply>, signal?: AbortSignal): Promise<EngineReply> {
    this.#waiting += 1;
    for (const timer of this.#timers) timer.ref?.();
    try {
      return await (signal ? unlessAborted(reply, signal) : reply);
    } finally {
      this.#waiting -= 1;
      // A request that was given up goes on, as with a server, but must not keep the process alive.
      if (this.#waiting === 0) for (const timer of this.#timers) timer.unref?.();
    }
  }

  #answer(request: EngineRequest): Promise<EngineReply> {
    const { latencyMs } = this.#options;
    const isSlow = latencyMs > 0 && !request.url.startsWith(OWN);
    return isSlow
      ? this.#delay(latencyMs).then(() => this.#handle(request))
      : this.#handle(request);
  }

  #handle(request: EngineRequest): Promise<EngineReply> {
    // Requests that the emulator itself makes are answered within the call.
    this.#isMuted = request.isInternal ?? false;
    const reply = this.#engine.handle(request);
    this.#isMuted = false;
    const isReset = request.method === "POST" && request.url === `${OWN}/reset`;
    return isReset ? this.#afterReset(reply) : reply;
  }

  async #afterReset(pending: Promise<EngineReply>): Promise<EngineReply> {
    const reply = await pending;
    if (reply.status === 200) {
      const { data } = JSON.parse(text(reply.body)) as { data: { reset: string[] } };
      await this.seedInitialUsers(data.reset);
    }
    return reply;
  }

  /** Gives apps the users of their options. */
  async seedInitialUsers(appIds: readonly string[]): Promise<void> {
    for (const { appId, users = [] } of this.#options.apps) {
      if (users.length > 0 && appIds.includes(appId))
        await this.seed("createEmulator", appId, { users });
    }
  }

  /** Creates users. */
  seed(
    method: string,
    appId: string | undefined,
    what: { users: readonly UserInput[] } | { count: number; prefix?: string },
  ): Promise<{ created: number; existing: number }> {
    return this.control(method, "POST", "/seed", {
      ...what,
      ...(appId === undefined ? {} : { appId }),
    });
  }

  /**
   * Calls one of the emulator's own routes; gives the `data` of its reply.
   *
   * @throws TypeError when the request does not fit.
   */
  async control<T>(method: string, verb: string, path: string, body?: unknown): Promise<T> {
    const headers = ["host", "localhost", "content-type", "application/json"];
    const bytes = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body));
    const url = OWN + path;
    const reply = await this.serve({ method: verb, url, headers, body: bytes, isInternal: true });
    const { data, error } = JSON.parse(text(reply.body)) as { data: T; error?: Refusal };
    if (!error) return data;
    const message = `cometchat-emulator: ${method}: ${flaw(error)}`;
    throw reply.status < 500 ? new TypeError(message) : new Error(message);
  }

  hasAddress(url: URL): boolean {
    return this.#addresses.has(url.host);
  }

  /** Has `fetch` answer for a server of this emulator as well; returns the way back. */
  addAddress(host: string): () => void {
    this.#addresses.add(host);
    return () => this.#addresses.delete(host);
  }

  onClose(callback: () => void): () => void {
    this.#closers.add(callback);
    return () => this.#closers.delete(callback);
  }

  /** Ends delays and stalled responses, so that the requests in progress come to their end. */
  endWaits(): void {
    for (const callback of [...this.#closers]) callback();
    this.#closers.clear();
  }

  /** Ends what waits; every later request fails. */
  close(): void {
    this.#isClosed = true;
    this.endWaits();
  }

  /** @throws TypeError when the clock gives no time. */
  #readClock(): number {
    const time: unknown = this.#options.now();
    if (typeof time !== "number" || !Number.isFinite(time)) {
      throw new TypeError(
        `cometchat-emulator: createEmulator: option "now" has to return milliseconds since 1970, and returned ${String(time)}`,
      );
    }
    this.#time = time;
    return time;
  }

  /** Waits, but not beyond the end of the emulator. */
  #delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer as unknown as number);
        this.#timers.delete(timer);
        takeBack();
        resolve();
      };
      const timer: Timer = setTimeout(end, ms) as unknown as Timer;
      this.#timers.add(timer);
      const takeBack = this.onClose(end);
      if (this.#isClosed) end();
    });
  }
}

/** A timer; in Node, one that keeps the process alive or does not. */
interface Timer {
  ref?(): void;
  unref?(): void;
}

/** What a promise gives, or the signal's reason if that comes first. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

interface Refusal {
  message: string;
  details?: Record<string, string[]>;
}

/** What is wrong, with the place of the first wrong field: `users[0].uid: The uid …`. */
function flaw({ message, details }: Refusal): string {
  const [field] = Object.entries(details ?? {});
  if (!field) return message;
  return `${field[0].replace(/\.(\d+)/g, "[$1]")}: ${field[1].join(" ")}`;
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
