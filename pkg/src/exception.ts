// The one kind of error that this package's promises reject with.

import type { ClientErrorCode, ServiceErrorCode } from "./generated/codes.js";

export type { ClientErrorCode, ServiceErrorCode };

/**
 * All codes that this package knows of. A `switch` over them is checked: a misspelt code does not compile. Codes that
 * the service has learned since go to its `default`.
 *
 * @example
 * switch (error.code as KnownErrorCode) {
 *   case "ERR_UID_ALREADY_EXISTS":
 *     return "Taken: choose another one.";
 *   default:
 *     return error.message;
 * }
 */
export type KnownErrorCode = ClientErrorCode | ServiceErrorCode;

/**
 * What {@link CometChatException.code} may be: an editor completes the known codes, and a code that
 * the service has learned since is a string as good as they are.
 */
export type ErrorCode = KnownErrorCode | (string & Record<never, never>);

/** A rule that a field breaks. */
export interface Violation {
  /** The field; `"tags.3"` for an entry of a list. */
  field: string;
  /** Which rule it is. */
  rule:
    | "required"
    | "notBlank"
    | "text"
    | "list"
    | "object"
    | "alphaDash"
    | "url"
    | "maxLength"
    | "maxItems"
    | "maxBytes"
    | "misspelt";
  /** The most that the rule allows. */
  limit?: number;
  /** A sentence for people, with the field in front. */
  message: string;
}

/** What a {@link CometChatException} is made from: its fields, of which most may be left out. */
export type ExceptionFields = Pick<CometChatException, "code" | "message"> &
  Partial<Omit<CometChatException, keyof Error | "code" | "docs" | "toJSON">> & {
    /** What was thrown, or the abort signal's reason. */
    cause?: unknown;
  };

/** What only some failures have. */
const OPTIONAL = [
  "status",
  "fieldErrors",
  "violations",
  "retryAfterMs",
  "maybeCreated",
] satisfies (keyof ExceptionFields)[];

/**
 * A failed call. `code` says what failed and is meant to be compared; `message` and `details` are
 * meant to be read. An auth key or token never appears in any of its fields.
 *
 * Codes that begin with `ERR_` or `AUTH_ERR_` come from the service as they are; the others are
 * given by this package, most of them before a request is sent. docs/api.md lists them.
 */
export class CometChatException extends Error {
  /** What failed, such as `"ERR_UID_NOT_FOUND"`. */
  readonly code: ErrorCode;
  /** What may help: a remedy, the fields at fault, or the beginning of an unexpected reply. */
  readonly details: string;
  /** The HTTP status of the reply; absent when no reply came, and of a redirect in browsers and Node. */
  declare readonly status?: number;
  /** Field name (`"tags.0"` for an entry) to what is wrong with it: all wrong fields at once. */
  declare readonly fieldErrors?: Record<string, string[]>;
  /** The broken rules of this package, found before a request was sent: to be worded or translated by the app. */
  declare readonly violations?: Violation[];
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean;
  /** How long the service asks to wait, in milliseconds. */
  declare readonly retryAfterMs?: number;
  /** How many requests were sent; 0 when the input was refused before. */
  readonly attempts: number;
  /** On a failed creation: one of its requests may have made the user all the same. */
  declare readonly maybeCreated?: boolean;

  /**
   * For tests and for mocks: the package makes its exceptions itself.
   *
   * @param fields The exception's fields.
   */
  constructor(fields: ExceptionFields) {
    // Without what a careless page has put on `Object.prototype`.
    fields = { __proto__: null, ...fields } as ExceptionFields;
    super(fields.message, "cause" in fields ? { cause: fields.cause } : undefined);
    this.code = fields.code;
    this.details = fields.details ?? "";
    this.retryable = fields.retryable ?? false;
    this.attempts = fields.attempts ?? 0;
    for (const name of OPTIONAL) {
      if (fields[name] !== undefined) Object.assign(this, { [name]: fields[name] });
    }
  }

  /** Where the package's own documentation explains the code: `"cometchat-users/errors.md#invalid_uid"`. */
  get docs(): string {
    return `cometchat-users/errors.md#${this.code.toLowerCase()}`;
  }

  /** For `JSON.stringify`: the fields, with the name and the message, without the cause. */
  toJSON(): object {
    return Object.assign({ name: this.name, message: this.message }, this);
  }
}

// As with the language's own errors, the name belongs to the class and not to each error.
Object.defineProperty(CometChatException.prototype, "name", {
  value: "CometChatException",
  configurable: true,
  writable: true,
});
