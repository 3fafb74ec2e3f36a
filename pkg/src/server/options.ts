// What an `AdminClient` and its calls are told, and what the calls resolve with.

import type { CometChatException } from "../exception.js";
import type { Region, RequestOptions } from "../settings.js";
import type { Metadata, NewUser, User } from "../user.js";

/** What `new AdminClient` takes beside the app id and the REST API key. */
export interface AdminOptions {
  /** The app's region: `"us"`, `"eu"`, `"in"` or another; the dashboard shows it. */
  region?: Region;
  /** Another host. With a path it is taken as it is; without, `/v3.0` is added. */
  adminHost?: string;
  /** The address of an emulator, which is used instead of the service. */
  emulator?: string;
  /** Time limit of a whole call, retries and waiting for the limiter included, in milliseconds. Default 30,000. */
  timeoutMs?: number;
  /** How often a request is sent again after a fault that may pass. Default 2. */
  maxRetries?: number;
  /** Takes the place of the global `fetch`; called with a URL and options. */
  fetch?: (url: string, options: RequestInit) => Promise<Response>;
  /**
   * How many requests all calls of this client together may send in any minute: a number for all of them, or one
   * each for core operations (creating and deleting users) and for the others. Default: 9,900 and 19,800, just below
   * the service's limits for an app. Imports have a limit of their own, of 59 requests.
   */
  perMinute?: number | RequestsPerMinute;
  /** Run in a web page, too: for internal tools only, since the page's visitor can read the REST API key. */
  allowInBrowser?: boolean;
}

/** How many requests may be sent in any minute, by their kind. */
export interface RequestsPerMinute {
  /** Core operations: creating and deleting users. Default 9,900. */
  core?: number;
  /** All other operations but imports. Default 19,800. */
  standard?: number;
}

/** A field whose value `updateUser` can take away. */
export type UnsettableField = "avatar" | "link" | "statusMessage" | "metadata" | "tags";

/** Options of {@link AdminClient.updateUser}. */
export interface UpdateOptions extends RequestOptions {
  /** Fields whose values are taken away. A field is either set or unset. */
  unset?: readonly UnsettableField[];
}

/** Options of {@link AdminClient.getUser}. */
export interface GetOptions extends RequestOptions {
  /** The uid of a user: the answer then says who of the two has blocked the other. */
  onBehalfOf?: string;
}

/** Options of {@link AdminClient.deleteUser}. */
export interface DeleteOptions extends RequestOptions {
  /** Remove the user and what it wrote, never to be restored. Default `false`: it is deactivated. */
  permanent?: boolean;
}

/** Which users {@link AdminClient.listUsers} lists: those to whom all of this applies. */
export interface UserFilter {
  /** The beginning of the uid or the name. */
  searchKey?: string;
  /** Where to look for `searchKey`. Default: in both. */
  searchIn?: readonly ("uid" | "name")[];
  /** `"available"` is the service's word for `"online"`. */
  status?: "online" | "available" | "offline";
  /** Have the service count all users of the list. */
  count?: boolean;
  /** The id of a role. */
  role?: string;
  /** Ids of roles: users of any of them. */
  roles?: readonly string[];
  /** Users with any of these tags, none of which may hold a comma. */
  tags?: readonly string[];
  /** Uids, at most 25: these users and no others. */
  uids?: readonly string[];
  /** Whether the users come with their tags. Default `false`. */
  withTags?: boolean;
  /** Deactivated users, and no others. */
  onlyDeactivated?: boolean;
  /** Deactivated users, too. */
  withDeactivated?: boolean;
  /** The friends of the user of `onBehalfOf`, and no others. */
  friendsOnly?: boolean;
  /** Leave out whom the user of `onBehalfOf` has blocked. */
  hideBlockedUsers?: boolean;
  /** `"name"`: by name and uid. Default `"status"`: by status, name and uid. */
  sortBy?: "status" | "name";
  /** Default `"asc"`. A list by status moves when users come and go, even between two pages. */
  sortOrder?: "asc" | "desc";
  /** Users on a page, 1 to 1,000. Default 1,000: as few requests as possible. */
  perPage?: number;
  /** The uid of a user: the users then say who has blocked whom. */
  onBehalfOf?: string;
}

/** Which users {@link AdminClient.listBlockedUsers} lists. */
export interface BlockedUserFilter {
  /** The beginning of the uid or the name. */
  searchKey?: string;
  /** Whom the user has blocked, who has blocked the user, or both, which is the default. */
  direction?: "blockedByMe" | "hasBlockedMe" | "both";
  /** Users on a page, 1 to 1,000. Default 1,000. */
  perPage?: number;
}

/** Where a page is in its list. */
export interface PageMeta {
  /** The page's number, from 1 on. */
  page: number;
  /** How many users a full page holds. */
  perPage: number;
  /** How many users this page holds. */
  count: number;
  /** How many users the list holds, as the service says. */
  total?: number;
  /** How many pages the list has, as the service says. */
  totalPages?: number;
}

/** A page of a list. */
export interface UserPage<M extends object = Metadata> {
  /** The page's users. */
  users: User<M>[];
  /** Where the page is in the list. */
  meta: PageMeta;
}

/** A user that is there, and whether this call created it. */
export interface EnsuredUser<M extends object = Metadata> {
  /** The user as it is now. */
  user: User<M>;
  /** Whether this call created it. */
  created: boolean;
}

/** What became of a user that was to be deactivated or reactivated. */
export interface ActivityOutcome<O extends "deactivated" | "reactivated"> {
  /** As it was given. */
  uid: string;
  /** `"unchanged"`: it was so before. `"unknown"`: the service did not say. */
  outcome: O | "unchanged" | "notFound" | "unknown";
}

/** What became of a user that was to be blocked or unblocked. */
export interface BlockOutcome<O extends "blocked" | "unblocked"> {
  /** As it was given. */
  uid: string;
  /** `"failed"`: `message` says why. */
  outcome: O | "failed";
  /** The service's words. */
  message?: string;
}

/** A token with which a user's device logs in. */
export interface AuthToken {
  /** Whose token it is. */
  uid: string;
  /** A secret: it opens a session as this user. */
  authToken: string;
  /** Seconds since 1970. */
  createdAt?: number;
  /** Whatever else the service says of it. */
  [key: string]: unknown;
}

/** A user that {@link AdminClient.importUsers} makes. */
export interface ImportedUser<M extends object = Metadata> extends NewUser<M> {
  /** When the user was created, in seconds since 1970. */
  createdAt?: number | null;
  /** When the user was last active, in seconds since 1970. */
  lastActiveAt?: number | null;
  /** When the user was deactivated, in seconds since 1970. */
  deactivatedAt?: number | null;
}

/** A user that was imported. */
export interface ImportedOutcome<M extends object = Metadata> {
  /** As it was given. */
  uid: string;
  /** The user as the service made it. */
  user: User<M>;
  /** There is none. */
  error?: never;
}

/** A user that was not imported. */
export interface FailedOutcome {
  /** As it was given. */
  uid: string;
  /** There is none. */
  user?: never;
  /** Why it was not imported. */
  error: CometChatException;
}

/** What became of a user that was to be imported: it is there, or there is a reason why not. */
export type ImportOutcome<M extends object = Metadata> = ImportedOutcome<M> | FailedOutcome;
