// The rules for users without a request: what an import checks before it sends anything.

import { exception } from "../called.js";
import { assertRunning } from "../crash.js";
import { loaded } from "../loader.js";
import { validateUser as check } from "./core.js";
import type { Violation } from "./options.js";

/**
 * The rules that a user breaks, all of them, without a request: the same rules that `createUser` and `updateUser`
 * check before they send anything.
 *
 * @param user A user, or what is to be one.
 * @param write What it is for: `"create"` needs a uid and a name, `"update"` a uid.
 * @returns The broken rules; none for a user that keeps them all.
 * @throws CometChatException `MISSING_PARAMETERS` for what is no object, `INVALID_OPTIONS`, `WASM_UNAVAILABLE`.
 * @example
 * for (const { message } of await validateUser({ uid: "no spaces!" })) console.log(message);
 */
export async function validateUser(
  user: object,
  write: "create" | "update" = "create",
): Promise<Violation[]> {
  try {
    await loaded();
    assertRunning();
    return check(user, write) as Violation[];
  } catch (failure) {
    throw exception(failure);
  }
}
