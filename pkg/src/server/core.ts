// The core of an `AdminClient`: what the server's module has beside the client's (src/admin). The bindings of this
// name are another file in the build of this entry, which knows it.

import { CometChatException } from "../exception.js";
import * as bindings from "../generated/bindings.js";

/** The operations of the core; what they take is checked there. */
export interface AdminCore {
  since(at: number, fetch: unknown): AdminCore;
  createUser(user: unknown, options: unknown): Promise<unknown>;
  updateUser(user: unknown, options: unknown): Promise<unknown>;
  upsertUser(user: unknown, options: unknown): Promise<unknown>;
  getOrCreateUser(user: unknown, options: unknown): Promise<unknown>;
  getUser(uid: unknown, options: unknown): Promise<unknown>;
  deleteUser(uid: unknown, options: unknown): Promise<unknown>;
  listUsers(filter: unknown, page: number, options: unknown): Promise<unknown>;
  deactivateUsers(uids: unknown, options: unknown): Promise<unknown>;
  reactivateUsers(uids: unknown, options: unknown): Promise<unknown>;
  createAuthToken(uid: unknown, options: unknown): Promise<unknown>;
  listAuthTokens(uid: unknown, options: unknown): Promise<unknown>;
  deleteAuthToken(uid: unknown, authToken: unknown, options: unknown): Promise<unknown>;
  deleteAuthTokens(uid: unknown, options: unknown): Promise<unknown>;
  blockUsers(uid: unknown, uids: unknown, options: unknown): Promise<unknown>;
  unblockUsers(uid: unknown, uids: unknown, options: unknown): Promise<unknown>;
  listBlockedUsers(uid: unknown, filter: unknown, page: number, options: unknown): Promise<unknown>;
  importUsers(users: unknown, options: unknown): Promise<unknown>;
}

interface ServerBindings {
  AdminCore: new (appId: unknown, restApiKey: unknown, settings: unknown) => AdminCore;
}

export const { AdminCore } = bindings as unknown as ServerBindings;

/** Throws in a web page, where the REST API key would be everybody's. */
export function assertNoPage(isAllowed: boolean | undefined): void {
  const { window, document } = globalThis as { window?: unknown; document?: unknown };
  if (isAllowed === true || window === undefined || document === undefined) return;
  throw new CometChatException({
    code: "REST_API_KEY_IN_PAGE",
    message:
      "cometchat-users/server does not run in a web page: every visitor could read the REST API key, which can do anything with your app.",
    details:
      'Use AdminClient on your server and "cometchat-users" in the page; docs/server.md shows the route between ' +
      "them. For an internal tool that only you open: { allowInBrowser: true }.",
  });
}
