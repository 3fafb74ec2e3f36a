// The rules for users without a request: for forms, and for what an import checks before it sends anything.

import { exception } from "./called.js";
import { assertRunning } from "./crash.js";
import { CometChatException, type Violation } from "./exception.js";
import { validateUser as check } from "./generated/bindings.js";
import { loaded } from "./loader.js";

/** As the core counts them. */
const ACTIONS = ["create", "update", "updateCurrent"];

/**
 * The rules that a user breaks, all of them, without a request: the same that `createUser`, `updateUser` and
 * `updateCurrentUserDetails` check before they send anything.
 *
 * @param user A user, or what is to be one.
 * @param action What it is for: `"create"` (the default) needs a uid and a name, `"update"` a uid, `"updateCurrent"`
 *   neither.
 * @returns The broken rules; none for a user that keeps them all.
 * @throws CometChatException `MISSING_PARAMETERS` for what is no object, `INVALID_OPTIONS`, `WASM_UNAVAILABLE`.
 * @example
 * for (const { message } of await validateUser({ uid: "no spaces!" })) console.log(message);
 */
export async function validateUser(
  user: object,
  action: "create" | "update" | "updateCurrent" = "create",
): Promise<Violation[]> {
  try {
    const index = ACTIONS.indexOf(action);
    if (index < 0) {
      throw new CometChatException({
        code: "INVALID_OPTIONS",
        message: `The action, the second argument, has to be ${ACTIONS.join(", ")}.`,
      });
    }
    await loaded();
    assertRunning();
    return check(user, index) as Violation[];
  } catch (failure) {
    throw exception(failure);
  }
}
