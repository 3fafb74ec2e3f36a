// How values, times and errors are put into words.

import { CometChatException } from "cometchat-users";
import { mask } from "./dom.js";

const SECRETS = ["authToken", "jwt", "fat", "wsChannel", "secret"];

/** For `JSON.stringify`: hides the auth token. */
export function hidden(key: string, value: unknown): unknown {
  if (!SECRETS.includes(key) || value === undefined || value === null) return value;
  return typeof value === "string" ? mask(value) : "••••";
}

const IN_TEXT = new RegExp(`("(?:${SECRETS.join("|")})"\\s*:\\s*")[^"]*`, "g");

/** JSON on several lines, and any other text as it is; in both, tokens are hidden. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), hidden, 2);
  } catch {
    return text.replace(IN_TEXT, "$1••••");
  }
}

/** A field's value for reading. */
export function shownValue(field: string, value: unknown): string {
  if (value === undefined || value === null) return "–";
  const time = when(field, value);
  if (time) return time;
  const shown = hidden(field, value);
  return typeof shown === "string" ? shown : JSON.stringify(shown, hidden);
}

/** A time of the service (seconds since 1970) in the reader's time zone and language. */
export function when(
  field: string,
  value: unknown,
  timeStyle: "short" | "medium" = "medium",
): string {
  if (!field.endsWith("At") || typeof value !== "number" || value === 0) return "";
  return new Date(value * 1000).toLocaleString(undefined, {
    dateStyle: "medium",
    timeStyle,
  });
}

export function duration(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}

export const codeOf = (error: unknown): string =>
  error instanceof CometChatException ? error.code : String(error);

const number = new Intl.NumberFormat();
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${number.format(count)} ${count === 1 ? one : many}`;

/** What to do about an error, by its code or else by its kind. */
export function advice(error: CometChatException): string {
  const { code, status, fieldErrors } = error;
  const known = ADVICE[code];
  if (known) return known;
  if (fieldErrors) return "Change the fields that are marked in the form, and send it again.";
  if (status === 429 || error.retryAfterMs !== undefined) {
    return "The app asks too often. Wait as long as the service says, then try again.";
  }
  if (status !== undefined && status >= 500) {
    return "The service failed; nothing is wrong with the call. Try again later.";
  }
  if (error.retryable) return "It may succeed without a change: try again.";
  return "Look at the message and the details: the service refused this call.";
}

const ADVICE: Record<string, string> = {
  ERR_UID_ALREADY_EXISTS: "Choose another uid, or change the user that is there with updateUser().",
  ERR_UID_NOT_FOUND: "Check the uid, or create the user first with createUser().",
  USER_NOT_LOGGED_IN: "Sign in first: this call acts for the signed-in user.",
  LOGIN_IN_PROGRESS: "Wait for the other sign-in to end.",
  REQUEST_ABORTED: "You cancelled the call. Requests that were on their way may have taken effect.",
  REQUEST_TIMEOUT:
    "No answer came within the time limit. Try again, or give the call more time with timeoutMs.",
  FAILED_TO_FETCH:
    "No answer came. Check the connection: is the address right, and is the server running?",
  INVALID_RESPONSE:
    "The reply is not the service's: a proxy or a captive network may be in between. Try again.",
  AUTH_ERR_AUTH_TOKEN_NOT_FOUND: "The session has ended at the service: sign in again.",
  AUTH_ERR_APIKEY_NOT_FOUND: "The Auth Key is not one of this app: check it under Connection.",
  AUTH_ERR_NO_ACCESS: "This key may not do that: use the Auth Key of the app for these calls.",
  INVALID_AUTH_KEY: "Give the app's Auth Key under Connection.",
  INVALID_AUTH_TOKEN: "Paste a token that your server got, or create a user withAuthToken.",
  MISSING_PARAMETERS: "Give the app's id and key under Connection.",
  INVALID_SETTINGS: "Check the address and the region under Connection.",
  ERROR_BODY_SIZE_EXCEEDED: "Make the metadata smaller: all fields together are too large.",
  WASM_UNAVAILABLE: "Reload the page: its WebAssembly module did not arrive.",
};
