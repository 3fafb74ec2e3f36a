// The entry `cometchat-users/inline`, and what the single file for browsers is made of.

export * from "./inline-api.js";
export * as CometChat from "./inline-api.js";
