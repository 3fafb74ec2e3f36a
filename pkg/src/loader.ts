// Loads the WebAssembly module on the first call and not before: importing the package does nothing.

import { source as defaultSource } from "#wasm";
import { CometChatException } from "./exception.js";
import * as bindings from "./generated/bindings.js";

/** The compiled client. */
export type Bindings = typeof bindings;

/** Where the WebAssembly module may come from. */
export type WasmSource =
  | string
  | URL
  | Request
  | Response
  | BufferSource
  | WebAssembly.Module
  | Promise<Response | BufferSource | WebAssembly.Module>;

let loading: Promise<Bindings> | undefined;

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
export function loaded(source?: WasmSource): Promise<Bindings> {
  loading ??= instantiate(source).catch((cause: unknown) => {
    loading = undefined;
    throw unavailable(cause);
  });
  return loading;
}

async function instantiate(source?: WasmSource): Promise<Bindings> {
  await bindings.default({ module_or_path: (await source) ?? defaultSource() });
  return bindings;
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
