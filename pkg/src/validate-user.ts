// The rules for users without a request: for forms, and for what an import checks before it sends anything.

import { exception } from "./called.js";
import { assertRunning } from "./crash.js";
import type { Violation } from "./exception.js";
import { validateUser as check } from "./generated/bindings.js";
import { loaded } from "./loader.js";

/**
 * The rules that a user breaks, all of them, without a request: the same that `createUser`, `updateUser` and
 * `updateCurrentUserDetails` check before they send anything.
 *
 * @param user A user, or what is to be one.
 * @param action What it is for: `"create"` (the default) needs a uid and a name, `"update"` a uid, `"updateCurrent"`
 *   neither.
 * @returns The broken rules; none for a user that keeps them all.
 * @throws CometChatException `MISSING_PARAMETERS` for what is no object, `INVALID_OPTIONS`, `WASM_UNAVAILABLE`.
 */
export async function validateUser(
  user: object,
  action: "create" | "update" | "updateCurrent" = "create",
): Promise<Violation[]> {
  try {
    await loaded();
    assertRunning();
    return check(user, action) as Violation[];
  } catch (failure) {
    throw exception(failure);
  }
}
