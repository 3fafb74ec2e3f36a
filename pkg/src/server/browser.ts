// What a bundler for pages finds under "cometchat-users/server": an error with the remedy, since a REST API key must
// not be in a page.

const MESSAGE =
  "cometchat-users/server was imported in code for a browser: every visitor could read the REST API key, which can " +
  'do anything with your app. Use AdminClient on your server, and import "cometchat-users" in the page.';

const fail = (): never => {
  throw new Error(MESSAGE);
};

// By name, so that the bundler does not stop before the message is read.
export const AdminClient: unknown = fail();
export const CometChatException: unknown = undefined;
export const User: unknown = undefined;
export const nodeHandler: unknown = undefined;
export const tokenHandler: unknown = undefined;
export const validateUser: unknown = undefined;
