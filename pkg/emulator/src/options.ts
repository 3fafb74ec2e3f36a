// Checks what an emulator is created with: a mistake in a test's set-up is reported at once, by the name of the
// option. Users are checked by the engine, which knows the service's rules.

import type { AppOptions, EmulatorOptions, ListenOptions } from "./api.js";

type Check = (value: unknown) => string | false;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown) => Number.isInteger(value) && (value as number) > 0;

const text: Check = (value) =>
  !(typeof value === "string" && value.trim() !== "") && "has to be a text that is not empty";
const truth: Check = (value) => typeof value !== "boolean" && "has to be true or false";
const users: Check = (value) =>
  !(Array.isArray(value) && value.every(isObject)) && "has to be a list of users: [{ uid, name }]";
const limits: Check = (value) => {
  const fits = isObject(value) && isCount(value.core) && isCount(value.standard);
  return typeof value !== "boolean" && !fits && "has to be true, false or { core, standard }";
};

/** The scopes of an auth key, the default first. */
export const SCOPES = ["all", "create", "tokens"] as const;

const OPTIONS: Record<keyof EmulatorOptions, Check> = {
  appId: text,
  authKey: text,
  restApiKey: text,
  apps: (value) =>
    !(Array.isArray(value) && value.every(isObject)) && "has to be a list of apps: [{ appId }]",
  users,
  sampleUsers: truth,
  authKeyScope: (value) =>
    !(SCOPES as readonly unknown[]).includes(value) && `has to be one of ${SCOPES.join(", ")}`,
  rateLimits: limits,
  now: (value) =>
    typeof value !== "function" && "has to be a function that returns milliseconds since 1970",
  latencyMs: (value) =>
    !(typeof value === "number" && value >= 0 && value < 2 ** 31) &&
    "has to be a number of milliseconds",
  address: text,
};

const APP_OPTIONS: Record<keyof AppOptions, Check> = {
  appId: text,
  authKey: text,
  restApiKey: text,
  users,
};

const LISTEN_OPTIONS: Record<string, Check> = {
  port: (value) =>
    !(Number.isInteger(value) && (value as number) >= 0 && (value as number) < 65_536) &&
    "has to be a number from 0 to 65535",
  host: text,
};

/** Options with their defaults. */
export interface Checked extends EmulatorOptions {
  apps: AppOptions[];
  sampleUsers: boolean;
  now: () => number;
  latencyMs: number;
}

/**
 * Checks the options, and fills in the defaults.
 *
 * @throws TypeError that names the option.
 */
export function checked(given: EmulatorOptions | undefined): Checked {
  const options = fitting("createEmulator", "", given, OPTIONS);
  const apps: AppOptions[] = [
    {
      appId: options.appId ?? "APP_ID",
      authKey: options.authKey ?? "AUTH_KEY",
      restApiKey: options.restApiKey ?? "REST_API_KEY",
      users: options.users ?? [],
    },
  ];
  for (const [at, app] of (options.apps ?? []).entries()) {
    const place = `apps[${at}]`;
    fitting("createEmulator", `${place}.`, app, APP_OPTIONS);
    if (app.appId === undefined) throw wrong("createEmulator", `${place}.appId`, "is missing");
    if (apps.some(({ appId }) => appId === app.appId)) {
      throw wrong("createEmulator", `${place}.appId`, `names "${app.appId}" a second time`);
    }
    apps.push(app);
  }
  return {
    ...options,
    apps,
    sampleUsers: options.sampleUsers ?? true,
    now: options.now ?? (() => Date.now()),
    latencyMs: options.latencyMs ?? 0,
  };
}

/** @throws TypeError that names the option. */
export function checkListen(given: ListenOptions): void {
  fitting("listen", "", given, LISTEN_OPTIONS);
}

function fitting<T extends object>(
  method: string,
  prefix: string,
  given: T | undefined,
  checks: Record<string, Check>,
): T {
  if (given === undefined) return {} as T;
  if (!isObject(given)) throw new TypeError(`cometchat-emulator: ${method}: options are an object`);
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) {
      const near = nearest(name, Object.keys(checks));
      const hint = near
        ? `; did you mean "${near}"?`
        : `: there are ${Object.keys(checks).join(", ")}`;
      throw new TypeError(
        `cometchat-emulator: ${method}: unknown option "${prefix}${name}"${hint}`,
      );
    }
    const flaw = value !== undefined && check(value);
    if (flaw) throw wrong(method, prefix + name, flaw);
  }
  return given;
}

const wrong = (method: string, name: string, flaw: string) =>
  new TypeError(`cometchat-emulator: ${method}: option "${name}" ${flaw}`);

/** The known name that differs from this one by a typing error or two. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const near = known
    .map((other) => ({ other, changes: distance(name.toLowerCase(), other.toLowerCase()) }))
    .sort((one, other) => one.changes - other.changes)[0];
  return near && near.changes <= Math.min(3, Math.floor(name.length / 2)) ? near.other : undefined;
}

/** How many letters have to be added, left out or changed. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let to = 0; to < other.length; to += 1) {
      const changed = (row[to] as number) + Number(letter !== other[to]);
      next.push(Math.min(changed, (row[to + 1] as number) + 1, (next[to] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}
