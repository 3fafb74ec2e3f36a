// The engine: an instance of the WebAssembly module for each emulator, so that emulators share no memory and a
// bug in one leaves the others alone. A trap ends the instance; what waits for it is answered, and so is every
// later request.

import { bindings } from "./generated/instance.js";

/** A request as the engine reads it. */
export interface EngineRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** Names and values in turns. */
  headers: string[];
  body?: Uint8Array | undefined;
  /** It comes from the emulator itself, and is not logged. */
  isInternal?: boolean;
}

/** The engine's reply. */
export interface EngineReply {
  status: number;
  /** Names and values in turns. */
  headers: string[];
  body: Uint8Array;
  /** `hangup`: the connection closes and nothing is sent. `stall`: nothing follows `body`, which is a half. */
  ending: "complete" | "hangup" | "stall";
}

/** What the engine is started with. */
export interface EngineConfig {
  apps: { id: string; authKey?: string | undefined; restApiKey?: string | undefined }[];
  authKeyScope?: string | undefined;
  seed: boolean;
  rateLimits?: boolean | { core: number; standard: number } | undefined;
  controlHosts?: readonly string[] | undefined;
  /** The host that clients get to know whose requests name none. */
  address?: string | undefined;
  /** Whether there is a demo page, which asks for `/config.json`. */
  page?: boolean | undefined;
}

/** A line of the log. */
export type LogEntry = Record<string, unknown>;

/** What the engine gets from outside. */
export interface Host {
  now(): number;
  delay(ms: number): Promise<void>;
  log?: ((entry: LogEntry) => void) | undefined;
}

interface Bindings {
  initSync(options: { module: WebAssembly.Module }): unknown;
  Engine: new (
    config: EngineConfig,
    host: Host & { panicked(message: string): void },
  ) => {
    handle(
      method: string,
      url: string,
      headers: string,
      body: Uint8Array | undefined,
    ): Promise<EngineReply>;
  };
}

/** The engine of one emulator. */
export interface Engine {
  /** Answers a request. Never rejects. */
  handle(request: EngineRequest): Promise<EngineReply>;
}

/**
 * Starts an engine.
 *
 * @throws TypeError when it does not accept the config.
 */
export function startEngine(module: WebAssembly.Module, config: EngineConfig, host: Host): Engine {
  let crash: { cause: unknown } | undefined;
  // A panic's message, which the trap that follows it does not carry.
  let panic: string | undefined;
  const waiting = new Set<(reply: EngineReply) => void>();
  const crashed = (cause: unknown) => {
    crash ??= { cause: panic ?? cause };
    for (const resolve of waiting) resolve(over(crash.cause));
    waiting.clear();
  };

  // A call of an export that throws is a bug, for the engine's errors are values. It is caught here and not by
  // the caller: the callers of callbacks are promises, where it would end a Node process.
  const guarded = (call: (...values: unknown[]) => unknown) =>
    function guard(...values: unknown[]): unknown {
      if (crash) return NOTHING;
      try {
        return call(...values);
      } catch (thrown) {
        crashed(thrown);
        return NOTHING;
      }
    };
  const glue: Bindings = bindings({
    Module: WebAssembly.Module,
    Instance: function Instance(module: WebAssembly.Module, imports: WebAssembly.Imports) {
      const { exports } = new WebAssembly.Instance(module, imports);
      const guards = Object.entries(exports).map(([name, value]) => [
        name,
        typeof value === "function" ? guarded(value as () => unknown) : value,
      ]);
      return { exports: Object.fromEntries(guards) };
    },
  });
  glue.initSync({ module });
  const refuse = (cause: unknown) =>
    new TypeError(`cometchat-emulator: createEmulator: ${messageOf(cause)}`, { cause });
  const panicked = (message: string) => {
    panic ??= message;
  };
  let engine: InstanceType<Bindings["Engine"]>;
  try {
    // The engine takes `undefined` for a value: what is not given is left out.
    const given = JSON.parse(JSON.stringify(config)) as EngineConfig;
    engine = new glue.Engine(given, { ...host, panicked });
  } catch (refused) {
    throw refuse(refused);
  }
  if (crash) throw refuse((crash as { cause: unknown }).cause);

  return {
    handle: ({ method, url, headers, body }) =>
      new Promise((resolve) => {
        const settle = (reply: EngineReply) => {
          waiting.delete(settle);
          resolve(reply);
        };
        const failed = (thrown: unknown) => {
          crashed(thrown);
          settle(over(crash?.cause));
        };
        if (crash) return settle(over(crash.cause));
        waiting.add(settle);
        try {
          engine.handle(method, url, headers.join("\n"), body).then(settle, failed);
        } catch (thrown) {
          failed(thrown);
        }
      }),
  };
}

/** What a call of an engine that has stopped gives. The bindings look into it for an error, and find none. */
const NOTHING: readonly unknown[] = [];

/** The reply of an engine that has stopped, in the service's envelope. */
function over(cause: unknown): EngineReply {
  const message =
    "The emulator is over: a bug stopped its engine. Create another one, and please report this: " +
    messageOf(cause);
  const error = { code: "ERR_EMULATOR_OVER", message, devMessage: message, source: "emulator" };
  return {
    status: 500,
    headers: ["content-type", "application/json"],
    body: new TextEncoder().encode(JSON.stringify({ error })),
    ending: "complete",
  };
}

const messageOf = (thrown: unknown): string =>
  String((thrown as Error | undefined)?.message ?? thrown);
