// The package's entry: its functions and classes by name, and all of them once more as a namespace, so
// that code written for the official SDK changes its import and nothing else.

export * from "./api.js";
/**
 * All of the package as one namespace, values and types, as the official SDK has it:
 * `CometChat.createUser`, `new CometChat.User(…)`, `let user: CometChat.User`.
 */
export * as CometChat from "./api.js";
