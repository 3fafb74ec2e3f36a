// What the calls of one client share: the core, which is loaded on first use, what it is told once, the storage of
// the session, and those who listen to it.

import { called, exception } from "./called.js";
import { assertRunning } from "./crash.js";
import type { Core } from "./generated/bindings.js";
import { get, now } from "./generated/look.js";
import { loaded, within } from "./loader.js";
import { type SessionListener, SessionWatch } from "./session-watch.js";
import type { InitOptions, RequestOptions } from "./settings.js";
import { Mirror } from "./storage.js";

/** Begins a call of the core. */
export type Begin = (core: Core) => Promise<unknown>;
/** What the core is told once; `settings` is nobody else's object. */
export type Configuration = { appId: string; settings: InitOptions; isShared: boolean };

/** @internal */
export class Calls {
  #core: Core | undefined;
  #configuration: Configuration | undefined;
  #emulator: { url: string | undefined } | undefined;
  /** In place of a storage of the caller's. */
  #mirror: Mirror | undefined;
  #watch: SessionWatch | undefined;

  constructor(configuration?: Configuration) {
    this.#configuration = configuration;
  }

  get settings(): InitOptions | undefined {
    return this.#configuration?.settings;
  }

  /** Configures the core at once, so that wrong settings are told. */
  async init(configuration: Configuration): Promise<void> {
    try {
      const core = this.#core ?? (await this.#load(undefined));
      assertRunning();
      this.#configure(core, configuration);
      this.#look();
    } catch (failure) {
      throw exception(failure);
    }
  }

  connectEmulator(url: string | undefined): void {
    this.#emulator = { url };
    try {
      assertRunning();
      this.#core?.connectEmulator(url);
    } catch (failure) {
      throw exception(failure);
    }
  }

  onSessionChange<M extends object>(listener: SessionListener<M>): () => void {
    this.#watch ??= new SessionWatch(() => this.#look());
    this.#look();
    return this.#watch.add(listener);
  }

  /** A call of the core; `made` makes of its answer what the caller gets. */
  run<T>(
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

  /** Waits for a part of a call that was made `at` this moment, but no longer than the call may last. */
  within<T>(
    promise: Promise<T>,
    options: RequestOptions | undefined,
    at: number,
    what: string,
  ): Promise<T> {
    return within(promise, options, this.settings, at, what);
  }

  /** The core, once a storage of the caller's has been read. */
  async #ready(options: RequestOptions | undefined, at: number): Promise<Core> {
    const core = this.#core ?? (await this.#load(options, at));
    if (this.#mirror) await this.within(this.#mirror.read(), options, at, "storage");
    return core;
  }

  /** What a call gives, once such a storage has been written. */
  async #stored<T>(call: Promise<T>, options: RequestOptions | undefined, at: number): Promise<T> {
    const answer = await call;
    const written = this.#mirror?.written;
    // It was done, whether it can be stored or not.
    if (written) await this.within(written, options, at, "storage").catch(() => {});
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

  #look(): void {
    // A storage of the caller's is read by the next call, and watched by nobody else.
    if (this.#core && !this.#mirror) void this.#watch?.look(this.#core);
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
    const Core = await this.within(loaded(), options, at, "module");
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
