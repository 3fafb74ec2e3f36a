// What becomes of a bug in the WebAssembly module: it stops there, and without this file the promises
// that wait for it would never settle. Every call under way is rejected, and so is every later one.

import { CometChatException } from "./exception.js";

const waiting = new Set<(failure: CometChatException) => void>();
let panic = "";
let crash: CometChatException | undefined;

/** Keeps a panic's message, which the trap that follows it does not carry. */
export function notePanic(message: string): void {
  panic = message;
}

/** Whether a thrown value is the end of the module and no error of a call. */
export const isTrap = (thrown: unknown): boolean => thrown instanceof WebAssembly.RuntimeError;

/** Rejects what waits for the module, which has stopped. */
export function stop(cause: unknown): CometChatException {
  crash ??= new CometChatException({
    code: "UNEXPECTED_ERROR",
    message: "cometchat-users: the WebAssembly module stopped because of a bug.",
    details: `Reload to go on, and please report this: ${panic || String(cause)}`,
    cause,
  });
  for (const reject of waiting) reject(crash);
  waiting.clear();
  return crash;
}

/** Throws when the module has stopped: it is not entered again, for its memory may be in any state. */
export function assertRunning(): void {
  if (crash) throw crash;
}

/**
 * A callback of the module. What it throws is a bug, for a call's failure is a rejection: it is kept from
 * ending the whole process. Timers, signals and the garbage collector call back after the module has
 * stopped, too.
 */
export function guarded<V extends unknown[], R>(
  callback: (...values: V) => R,
): (...values: V) => R | undefined {
  const guard = (...values: V): R | undefined => {
    if (crash) return undefined;
    try {
      return callback(...values);
    } catch (thrown) {
      stop(thrown);
      return undefined;
    }
  };
  // The bindings keep the function that frees a callback on the callback itself.
  return Object.assign(guard, callback);
}

/** What `begin` has the module do, settled even when the module stops. */
export function settling<T>(begin: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    assertRunning();
    waiting.add(reject);
    begin()
      .finally(() => waiting.delete(reject))
      .then(resolve, reject);
  });
}
