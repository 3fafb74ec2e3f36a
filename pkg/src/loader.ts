// Loads the WebAssembly module on the first call and not before: importing the package does nothing.

import { instance } from "#wasm";
import { notePanic } from "./crash.js";
import { CometChatException } from "./exception.js";
import { Core, imports, onPanic, start } from "./generated/bindings.js";
import { DEFAULT_TIMEOUT_MS } from "./generated/limits.js";
import { alarm, get, now } from "./generated/look.js";
import type { InitOptions, RequestOptions } from "./settings.js";

/** Where the WebAssembly module may come from. */
export type WasmSource =
  | string
  | URL
  | Request
  | Response
  | Bytes
  | CompiledModule
  | Promise<Response | Bytes | CompiledModule>;

// Named without `BufferSource` and `WebAssembly.Module`, which a project for Node alone does not know.
type Bytes = ArrayBuffer | ArrayBufferView;
type CompiledModule = typeof globalThis extends {
  WebAssembly: { Module: { prototype: infer Module } };
}
  ? Module
  : never;

let loading: Promise<typeof Core> | undefined;

/**
 * Loads the WebAssembly module; once, however often it is called. After a failure the next call
 * tries again.
 *
 * @param source Another place for the module than the package's script: an address, a response, bytes or a
 *   compiled module. It counts only as long as the module is not loaded.
 * @returns Nothing, once the module is loaded.
 * @throws CometChatException `WASM_UNAVAILABLE` when the module cannot be loaded.
 * @example
 * await load();
 */
export async function load(source?: WasmSource): Promise<void> {
  await loaded(source);
}

/**
 * The compiled client, loaded.
 *
 * @internal
 */
export function loaded(source?: WasmSource): Promise<typeof Core> {
  loading ??= instantiate(source).catch((cause: unknown) => {
    loading = undefined;
    throw unavailable(cause);
  });
  return loading;
}

async function instantiate(given?: WasmSource): Promise<typeof Core> {
  // Told here, by their absence: the module needs both and could not tell of it without them.
  new TextDecoder();
  new TextEncoder();
  start(await instance(imports(), await given));
  onPanic(notePanic);
  return Core;
}

/**
 * Waits for what a call needs before or after the core does its part, but no longer than the call, made `at` this
 * moment, may last. The core reports what is wrong with the options: here, what is no time or no signal, or throws,
 * is passed over.
 *
 * @param promise Of anything but true.
 * @param what What is waited for, to be named.
 * @internal
 */
export async function within<T>(
  promise: Promise<T>,
  options: RequestOptions | undefined,
  settings: InitOptions | undefined,
  at: number,
  what: string,
): Promise<T> {
  const signal = get(options, "signal");
  const given = get(options, "timeoutMs") ?? get(settings, "timeoutMs");
  const timeoutMs = typeof given === "number" && given > 0 ? given : DEFAULT_TIMEOUT_MS;
  // A failure must not go unhandled, even where there are no timers.
  promise.catch(() => {});
  const { first, cancel } = alarm(timeoutMs - (now() - at), signal);
  try {
    const aborted = () => get(signal, "aborted");
    const value = aborted() || (await first(promise));
    if (value !== true && !aborted()) return value as T;
    throw new CometChatException(
      aborted()
        ? {
            code: "REQUEST_ABORTED",
            message: "The call was aborted.",
            cause: get(signal, "reason"),
          }
        : {
            code: "REQUEST_TIMEOUT",
            message: `The call did not end within ${timeoutMs} ms.`,
            details: `It waited for the ${what}.`,
            retryable: true,
          },
    );
  } finally {
    cancel();
  }
}

function unavailable(cause: unknown): CometChatException {
  return new CometChatException({
    code: "WASM_UNAVAILABLE",
    message: "cometchat-users: the WebAssembly module could not be loaded.",
    details:
      "Look at `cause`. A Content-Security-Policy needs script-src 'wasm-unsafe-eval', or import " +
      '"cometchat-users/js". Where the script was changed on its way, or the browser is old, serve ' +
      '"cometchat-users/cometchat_users.wasm" and call load(url).',
    retryable: true,
    cause,
  });
}
