// A call of the core from beginning to end: it waits for the module, and gives what the core answers or why it
// failed.

import { isTrap, settling, stop } from "./crash.js";
import { CometChatException, type ExceptionFields } from "./exception.js";
import { get, now } from "./generated/look.js";

/**
 * A call of a core; `made` makes of its answer what the caller gets. Where there is no core yet, `load` gets it.
 *
 * @internal
 */
export async function called<C extends { since(at: number, fetch: unknown): C }, T>(
  core: C | undefined,
  load: () => Promise<C>,
  begin: (core: C) => Promise<unknown>,
  // biome-ignore lint/suspicious/noExplicitAny: the core's plain data, which it has checked.
  made: (answer: any) => T,
): Promise<T> {
  const at = now();
  // As it is now: a test may take it away while the module is loading.
  const fetch = get(globalThis, "fetch");
  try {
    const ready = core ?? (await load()).since(at, fetch);
    return made(await settling(() => begin(ready)));
  } catch (failure) {
    // Thrown here, where the caller's stack is still known.
    throw exception(failure);
  }
}

/**
 * The core's failures are plain records; what else is thrown is a mistake of ours or of a getter.
 *
 * @internal
 */
export function exception(failure: unknown): CometChatException {
  if (failure instanceof CometChatException) return failure;
  if (isTrap(failure)) return stop(failure);
  if (!(failure instanceof Error) && typeof (failure as ExceptionFields)?.code === "string") {
    return new CometChatException(failure as ExceptionFields);
  }
  return new CometChatException({
    code: "UNEXPECTED_ERROR",
    message: "cometchat-users: the call failed for a reason that it did not expect.",
    details: "Look at `cause`.",
    cause: failure,
  });
}
