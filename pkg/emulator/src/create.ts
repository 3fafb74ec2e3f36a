// Makes an emulator of an engine: its methods are the engine's own routes.

import type {
  App,
  AppOptions,
  Emulator,
  EmulatorOptions,
  Fault,
  FaultRule,
  Listening,
  ListenOptions,
  RecordedRequest,
  Snapshot,
  Undo,
  UserInput,
  UserRecord,
} from "./api.js";
import { Core, type Extras } from "./core.js";
import { asyncDisposable } from "./dispose.js";
import { makeFetch } from "./fetch.js";
import { isService } from "./hosts.js";
import { intercept } from "./intercept.js";
import { checked, checkListen } from "./options.js";

/** What differs between Node, a page and workerd. */
export interface Platform {
  /** The engine's module, compiled. */
  module(): Promise<WebAssembly.Module>;
  /** Starts a server. */
  listen?(core: Core, options: ListenOptions): Promise<Listening>;
}

/** The modules of the platforms; one that could not be loaded is loaded again. */
const modules = new WeakMap<Platform, Promise<WebAssembly.Module>>();

function moduleOf(platform: Platform): Promise<WebAssembly.Module> {
  const known = modules.get(platform);
  if (known) return known;
  const loading = platform.module().catch((cause: unknown) => {
    modules.delete(platform);
    throw new Error(
      "cometchat-emulator: the engine (engine.wasm) could not be loaded. A bundler has to copy it beside the " +
        "script, and a page's Content-Security-Policy needs script-src 'wasm-unsafe-eval'.",
      { cause },
    );
  });
  modules.set(platform, loading);
  return loading;
}

/** Creates an emulator, and gives the core that the command's server needs. */
export async function create(
  platform: Platform,
  given: EmulatorOptions | undefined,
  extras: Extras = {},
): Promise<{ emulator: Emulator; core: Core }> {
  const options = checked(given);
  const core = new Core(await moduleOf(platform), options, extras);
  if (options.address !== undefined) core.addAddress(options.address);
  const apps = await appsOf(core, options.apps);
  await core.seedInitialUsers(apps.map(({ appId }) => appId));
  return { emulator: emulatorOf(platform, core, apps), core };
}

/** The apps with all of their keys. The engine is asked only where it made some: its first request takes longer. */
async function appsOf(core: Core, given: readonly AppOptions[]): Promise<readonly App[]> {
  const known = given.flatMap(({ appId, authKey, restApiKey }) =>
    authKey !== undefined && restApiKey !== undefined ? [{ appId, authKey, restApiKey }] : [],
  );
  if (known.length === given.length) return known;
  return (await core.control<{ apps: App[] }>("createEmulator", "GET", "/config")).apps;
}

function emulatorOf(platform: Platform, core: Core, apps: readonly App[]): Emulator {
  const [first] = apps as [App];
  const listening = new Set<Listening>();
  const undos = new Set<Undo>();
  const fetch = makeFetch(core);

  const add = async (rules: FaultRule | readonly FaultRule[]) => {
    const set = await core.control<Fault[]>("faults.add", "POST", "/faults", rules);
    return Array.isArray(rules) ? set : set[0];
  };
  const close = async () => {
    core.close();
    for (const undo of undos) undo();
    await Promise.all([...listening].map((server) => server.close()));
  };

  const emulator: Omit<Emulator, symbol> = {
    appId: first.appId,
    authKey: first.authKey,
    restApiKey: first.restApiKey,
    apps,
    fetch,
    async reset() {
      await core.control("reset", "POST", "/reset");
    },
    snapshot: ({ appId } = {}) =>
      core.control<Snapshot>("snapshot", "GET", `/snapshot${query({ appId })}`),
    async restore(snapshot) {
      await core.control("restore", "PUT", "/snapshot", snapshot);
    },
    seed: (users, { appId } = {}) => core.seed("seed", appId, isList(users) ? { users } : users),
    async users({ appId = first.appId } = {}) {
      const path = `/snapshot${query({ appId })}`;
      const { apps } = await core.control<Snapshot>("users", "GET", path);
      return apps[0]?.users as UserRecord[];
    },
    faults: {
      add: add as Emulator["faults"]["add"],
      list: () => core.control<Fault[]>("faults.list", "GET", "/faults"),
      async clear(id) {
        const path = id === undefined ? "/faults" : `/faults/${encodeURIComponent(id)}`;
        await core.control("faults.clear", "DELETE", path);
      },
    },
    requests: ({ limit } = {}) =>
      core.control<RecordedRequest[]>("requests", "GET", `/requests${query({ limit })}`),
    intercept() {
      const undo = intercept(fetch, isService);
      undos.add(undo);
      return undo;
    },
    async listen(options = {}) {
      checkListen(options);
      if (!platform.listen) {
        throw new TypeError(
          "cometchat-emulator: listen needs Node, Deno or Bun: there is no server here",
        );
      }
      const server = await platform.listen(core, options);
      listening.add(server);
      return server;
    },
    close,
  };
  return asyncDisposable(emulator, close);
}

const isList = <T>(value: readonly UserInput[] | T): value is readonly UserInput[] =>
  Array.isArray(value);

/** A query of the values that are given. */
function query(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  if (given.length === 0) return "";
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
