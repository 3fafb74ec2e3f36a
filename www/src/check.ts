// Checks a form before it is sent, by the package's own rules: makes the same call on a client whose `fetch`
// sends nothing. The package rejects wrong input before it calls `fetch`; once it does, the input is fine.

import { Client, CometChatException } from "cometchat-users";
import type { Call, Field, Values } from "./calls.js";

/** The wrong fields, each with what is wrong; `""` for what is wrong with all of them together. */
export type Faults = Map<Field | "", string[]>;

const dry = new Client("check", {
  region: "us",
  maxRetries: 0,
  allowAuthKeyInBrowser: true,
  fetch: () => Promise.reject(new Error("Nothing is sent.")),
});

/** Errors whose code alone says which field is at fault. */
const FIELD_OF_CODE: Record<string, Field | ""> = {
  UID_IS_COMPULSORY: "uid",
  INVALID_UID: "uid",
  ERR_UID_ALREADY_EXISTS: "uid",
  ERR_UID_NOT_FOUND: "uid",
  INVALID_AUTH_TOKEN: "authToken",
  ERROR_BODY_SIZE_EXCEEDED: "",
};

export async function check(call: Call, values: Values): Promise<Faults> {
  try {
    await rehearse(call, values);
  } catch (error) {
    return faultsOf(error);
  }
  return new Map();
}

/** A key of the right form: only the fields are checked here. */
const KEY = "key";

function rehearse(call: Call, values: Values): Promise<unknown> {
  switch (call.name) {
    // These two need a session. The same rules for their fields apply to these calls with a key.
    case "updateCurrentUserDetails":
      return dry.updateUser({ ...(call.args(values, KEY)[0] as object), uid: "uid" }, KEY);
    case "getUser":
      return dry.login(String(values.uid ?? ""), KEY);
    default:
      return call.run(dry, call.args(values, KEY));
  }
}

/** What an error says of the fields. */
export function faultsOf(error: unknown): Faults {
  const found: Faults = new Map();
  if (!(error instanceof CometChatException)) return found;
  for (const [path, messages] of Object.entries(error.fieldErrors ?? {})) {
    // An entry of a list (`tags.1`) belongs to the list's field.
    const name = path.split(".")[0] as Field;
    found.set(name, [...(found.get(name) ?? []), ...messages]);
  }
  const name = FIELD_OF_CODE[error.code];
  if (name !== undefined && !found.has(name)) found.set(name, [error.message]);
  return found;
}
