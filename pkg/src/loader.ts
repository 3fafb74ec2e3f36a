// Loads the WebAssembly module on the first call and not before: importing the package does nothing.

import { source as defaultSource } from "#wasm";
import { notePanic } from "./crash.js";
import { CometChatException } from "./exception.js";
import { Core, default as initialize, onPanic } from "./generated/bindings.js";

/** Where the WebAssembly module may come from. */
export type WasmSource =
  | string
  | URL
  | Request
  | Response
  | BufferSource
  | WebAssembly.Module
  | Promise<Response | BufferSource | WebAssembly.Module>;

let loading: Promise<typeof Core> | undefined;

/**
 * Loads the WebAssembly module; once, however often it is called. After a failure the next call
 * tries again.
 *
 * @param source Another place for the module than the package's own file: an address, a response,
 *   bytes or a compiled module. It counts only as long as the module is not loaded.
 * @throws CometChatException `WASM_UNAVAILABLE` when the module cannot be loaded.
 */
export async function load(source?: WasmSource): Promise<void> {
  await loaded(source);
}

/** The compiled client, loaded. */
export function loaded(source?: WasmSource): Promise<typeof Core> {
  loading ??= instantiate(source).catch((cause: unknown) => {
    loading = undefined;
    throw unavailable(cause);
  });
  return loading;
}

async function instantiate(source?: WasmSource): Promise<typeof Core> {
  await initialize({ module_or_path: (await source) ?? defaultSource() });
  onPanic(notePanic);
  return Core;
}

/** The time limit that the core sets, too, when a caller sets none. */
const TIMEOUT_MS = 30_000;

/**
 * Waits for the module, but no longer than the call that needs it may last. Once the module is there,
 * the core looks after the rest of the call.
 */
export function within<T>(
  loading: Promise<T>,
  timeoutMs: number = TIMEOUT_MS,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const failure = (code: string, message: string, cause?: unknown) =>
      new CometChatException({ code, message, retryable: code === "REQUEST_TIMEOUT", cause });
    const onTimeout = () =>
      done(() =>
        reject(failure("REQUEST_TIMEOUT", `The call did not end within ${timeoutMs} ms.`)),
      );
    const onAbort = () =>
      done(() => reject(failure("REQUEST_ABORTED", "The call was aborted.", signal?.reason)));
    const done = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener?.("abort", onAbort);
      settle();
    };
    // What is no time or no signal is reported by the core, which checks all options.
    const isTime = timeoutMs > 0 && timeoutMs < 2 ** 31;
    const timer = isTime ? setTimeout(onTimeout, timeoutMs) : undefined;
    if (signal?.aborted) return onAbort();
    signal?.addEventListener?.("abort", onAbort);
    loading.then(
      (value) => done(() => resolve(value)),
      (error) => done(() => reject(error)),
    );
  });
}

function unavailable(cause: unknown): CometChatException {
  return new CometChatException({
    code: "WASM_UNAVAILABLE",
    message: "cometchat-users: the WebAssembly module could not be loaded.",
    details:
      "Look at `cause`. A Content-Security-Policy needs script-src 'wasm-unsafe-eval'. If the file " +
      "cometchat-users.wasm was not found, your bundler did not copy it: copy it from " +
      '"cometchat-users/cometchat-users.wasm" yourself and call load(url) first.',
    retryable: true,
    cause,
  });
}
