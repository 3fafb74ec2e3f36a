// A client with the REST API key, for servers. It hands each call to the WebAssembly core, as the client of a page
// does; every decision is the core's.

import { called } from "../called.js";
import { assertRunning } from "../crash.js";
import { get, now } from "../generated/look.js";
import { loaded, within } from "../loader.js";
import type { CreateOptions, RequestOptions } from "../settings.js";
import { type Metadata, type NewUser, User, type UserChanges } from "../user.js";
import { ensured, imported, listed, made, nothing, same } from "./answers.js";
import { AdminCore, assertNoPage } from "./core.js";
import type {
  ActivityOutcome,
  AdminOptions,
  AuthToken,
  BlockedUserFilter,
  BlockOutcome,
  DeleteOptions,
  EnsuredUser,
  GetOptions,
  ImportedUser,
  ImportOutcome,
  UpdateOptions,
  UserFilter,
} from "./options.js";
import { endedBy, type FetchedPage, UserList } from "./user-list.js";

type Begin = (core: AdminCore) => Promise<unknown>;

const SETTINGS = [
  "region",
  "adminHost",
  "emulator",
  "timeoutMs",
  "maxRetries",
  "fetch",
  "perMinute",
] satisfies (keyof AdminOptions)[];

/**
 * Every operation on the app's users, with the REST API key. For servers only: the key can do anything with the app.
 *
 * All calls have one time limit over all that they send, can be aborted by a signal, try again after faults that may
 * pass, and share a limiter that keeps them below the service's limits. They reject with `CometChatException`; the
 * REST API key is in no field of it. Clients share nothing with each other.
 */
export class AdminClient {
  readonly #appId: string;
  readonly #restApiKey: string;
  readonly #options: AdminOptions;
  #core: AdminCore | undefined;

  /**
   * A client for one app. Sends no request.
   *
   * @param appId The app's id, from the CometChat dashboard.
   * @param restApiKey The app's REST API key (scope `fullAccess`), not its auth key: that one may not do most of this.
   * @param options The region, or the host, and the limits for all calls. The first call reports what is wrong.
   * @throws CometChatException `REST_API_KEY_IN_PAGE` in a web page without `allowInBrowser`.
   * @example
   * const admin = new AdminClient("APP_ID", "REST_API_KEY", { region: "us" });
   */
  constructor(appId: string, restApiKey: string, options: AdminOptions) {
    assertNoPage(get(options, "allowInBrowser"));
    this.#appId = appId;
    this.#restApiKey = restApiKey;
    this.#options =
      typeof options === "object" && options
        ? ({
            ...Object.fromEntries(SETTINGS.map((name) => [name, get(options, name)])),
            // No call goes to this host, but the core wants to know both.
            clientHost: get(options, "adminHost"),
          } as AdminOptions)
        : options;
  }

  /**
   * Creates a user.
   *
   * @param user The user: `uid`, `name`, and what else it gets. It is not changed.
   * @param options A signal, a time limit, a number of retries; `withAuthToken` for a token of the user.
   * @returns The user as the service created it.
   * @throws CometChatException `INVALID_UID`, `INVALID_USER_NAME` and so on before a request is sent; codes of the
   *   service, such as `ERR_UID_ALREADY_EXISTS`. With `maybeCreated: true` the user may exist all the same.
   * @example
   * const user = await admin.createUser({ uid: "kevin", name: "Kevin", tags: ["new"] });
   */
  createUser<M extends object = Metadata>(
    user: NewUser<M>,
    options?: CreateOptions,
  ): Promise<User<M>> {
    return this.#user(options, (core) => core.createUser(user, options));
  }

  /**
   * Changes a user's fields: those that are in `user`, and those in `unset`.
   *
   * @param user The `uid` of the user, and the fields to change. `""` clears the avatar, the link or the status
   *   message, `{}` the metadata, `[]` the tags; `null` and `undefined` leave a field as it is.
   * @param options `unset`: fields whose values are taken away; a signal, a time limit, a number of retries.
   * @returns The user after the change.
   * @throws CometChatException as `createUser`, with `ERR_UID_NOT_FOUND` for an unknown uid; `INVALID_OPTIONS` for
   *   a field that cannot be unset, or is set as well.
   * @example
   * await admin.updateUser({ uid: "kevin", role: "premium" }, { unset: ["avatar"] });
   */
  updateUser<M extends object = Metadata>(
    user: UserChanges<M>,
    options?: UpdateOptions,
  ): Promise<User<M>> {
    return this.#user(options, (core) => core.updateUser(user, options));
  }

  /**
   * Changes a user, or creates it where there is none. Safe when others do the same at the same time.
   *
   * @param user As for `createUser`. What is empty clears a field of an existing user, as for `updateUser`.
   * @param options A signal, a time limit, a number of retries, for all requests together.
   * @returns The user, and whether this call created it.
   * @throws CometChatException as `createUser`; `ERR_UID_ALREADY_EXISTS` for a user that is deactivated.
   * @example
   * const { user, created } = await admin.upsertUser({ uid: "kevin", name: "Kevin" });
   */
  upsertUser<M extends object = Metadata>(
    user: NewUser<M>,
    options?: RequestOptions,
  ): Promise<EnsuredUser<M>> {
    return this.#call(options, (core) => core.upsertUser(user, options), ensured<M>);
  }

  /**
   * Gets a user, or creates it where there is none; an existing one stays as it is. Safe, as `upsertUser` is.
   *
   * @param user As for `createUser`.
   * @param options A signal, a time limit, a number of retries, for all requests together.
   * @returns The user, and whether this call created it.
   * @throws CometChatException as `createUser`; `ERR_UID_ALREADY_EXISTS` for a user that is deactivated.
   * @example
   * const { user, created } = await admin.getOrCreateUser({ uid: "kevin", name: "Kevin" });
   */
  getOrCreateUser<M extends object = Metadata>(
    user: NewUser<M>,
    options?: RequestOptions,
  ): Promise<EnsuredUser<M>> {
    return this.#call(options, (core) => core.getOrCreateUser(user, options), ensured<M>);
  }

  /**
   * Any user of the app.
   *
   * @param uid The user's uid.
   * @param options `onBehalfOf`: as which user; a signal, a time limit, a number of retries.
   * @returns The user.
   * @throws CometChatException as `createAuthToken`; `ERR_UID_NOT_FOUND` for deactivated users, too.
   * @example
   * const user = await admin.getUser("kevin");
   */
  getUser<M extends object = Metadata>(uid: string, options?: GetOptions): Promise<User<M>> {
    return this.#user(options, (core) => core.getUser(uid, options));
  }

  /**
   * Deactivates a user, or removes it.
   *
   * @param uid The user's uid.
   * @param options `permanent`: remove the user and what it wrote; a signal, a time limit, a number of retries.
   * @returns Nothing, once it is done.
   * @throws CometChatException as `createAuthToken`.
   * @example
   * await admin.deleteUser("kevin", { permanent: true });
   */
  deleteUser(uid: string, options?: DeleteOptions): Promise<void> {
    return this.#call(options, (core) => core.deleteUser(uid, options), nothing);
  }

  /**
   * The app's users. Nothing is fetched before the list is read: by `for await`, or page by page with `page(n)`.
   *
   * @param filter Which users, and how many on a page.
   * @param options A signal for the whole list; a time limit and a number of retries for each page.
   * @returns The list.
   * @throws CometChatException while it is read: `INVALID_OPTIONS` for a filter that is none; codes of the service.
   * @example
   * for await (const user of admin.listUsers({ tags: ["vip"] })) console.log(user.uid);
   */
  listUsers<M extends object = Metadata>(
    filter?: UserFilter,
    options?: RequestOptions,
  ): UserList<M> {
    return this.#list(options, (core, page, given) => core.listUsers(filter, page, given));
  }

  /**
   * Deactivates users, 25 a request. Deactivated users cannot log in, and are on no list unless asked for.
   *
   * @param uids The users' uids, any number of them.
   * @param options A signal, a time limit, a number of retries, for all requests together.
   * @returns What became of each, in the order of the uids.
   * @throws CometChatException `INVALID_UID` with all wrong uids before a request; codes of the service. Call it again.
   * @example
   * const outcomes = await admin.deactivateUsers(["kevin", "lisa"]);
   */
  deactivateUsers(
    uids: Iterable<string>,
    options?: RequestOptions,
  ): Promise<ActivityOutcome<"deactivated">[]> {
    return this.#call(options, (core) => core.deactivateUsers(listed(uids), options), same);
  }

  /**
   * Brings deactivated users back, 25 a request.
   *
   * @param uids The users' uids, any number of them.
   * @param options A signal, a time limit, a number of retries, for all requests together.
   * @returns What became of each, in the order of the uids.
   * @throws CometChatException as `deactivateUsers`.
   * @example
   * const outcomes = await admin.reactivateUsers(["kevin", "lisa"]);
   */
  reactivateUsers(
    uids: Iterable<string>,
    options?: RequestOptions,
  ): Promise<ActivityOutcome<"reactivated">[]> {
    return this.#call(options, (core) => core.reactivateUsers(listed(uids), options), same);
  }

  /**
   * Makes a token with which a user's device logs in: `login(authToken)`. A user holds 100; the oldest makes room.
   *
   * @param uid The user's uid.
   * @param options A signal, a time limit, a number of retries.
   * @returns The token.
   * @throws CometChatException `UID_IS_COMPULSORY`, `INVALID_UID`, `ERR_UID_NOT_FOUND`; other codes of the service.
   * @example
   * const { authToken } = await admin.createAuthToken("kevin");
   */
  createAuthToken(uid: string, options?: RequestOptions): Promise<AuthToken> {
    return this.#call(options, (core) => core.createAuthToken(uid, options), same);
  }

  /**
   * All tokens of a user, the newest first.
   *
   * @param uid The user's uid.
   * @param options A signal, a time limit, a number of retries.
   * @returns The tokens.
   * @throws CometChatException as `createAuthToken`.
   * @example
   * const tokens = await admin.listAuthTokens("kevin");
   */
  listAuthTokens(uid: string, options?: RequestOptions): Promise<AuthToken[]> {
    return this.#call(options, (core) => core.listAuthTokens(uid, options), same);
  }

  /**
   * Ends the session of one token.
   *
   * @param uid The user's uid.
   * @param authToken The token.
   * @param options A signal, a time limit, a number of retries.
   * @returns Nothing, once it is done.
   * @throws CometChatException as `createAuthToken`; `ERR_AUTH_TOKEN_NOT_FOUND` for an unknown token.
   * @example
   * await admin.deleteAuthToken("kevin", authToken);
   */
  deleteAuthToken(uid: string, authToken: string, options?: RequestOptions): Promise<void> {
    return this.#call(options, (core) => core.deleteAuthToken(uid, authToken, options), nothing);
  }

  /**
   * Ends all sessions of a user.
   *
   * @param uid The user's uid.
   * @param options A signal, a time limit, a number of retries.
   * @returns Nothing, once it is done.
   * @throws CometChatException as `createAuthToken`.
   * @example
   * await admin.deleteAuthTokens("kevin");
   */
  deleteAuthTokens(uid: string, options?: RequestOptions): Promise<void> {
    return this.#call(options, (core) => core.deleteAuthTokens(uid, options), nothing);
  }

  /**
   * Blocks users on behalf of a user, 25 a request.
   *
   * @param uid The user that blocks.
   * @param uids The users that are blocked.
   * @param options A signal, a time limit, a number of retries, for all requests together.
   * @returns What became of each, in the order of the uids.
   * @throws CometChatException `INVALID_UID`, `ERR_UID_NOT_FOUND` and other codes of the service.
   * @example
   * const outcomes = await admin.blockUsers("kevin", ["lisa"]);
   */
  blockUsers(
    uid: string,
    uids: Iterable<string>,
    options?: RequestOptions,
  ): Promise<BlockOutcome<"blocked">[]> {
    return this.#call(options, (core) => core.blockUsers(uid, listed(uids), options), same);
  }

  /**
   * Unblocks users on behalf of a user, 25 a request.
   *
   * @param uid The user that had blocked them.
   * @param uids The users that are unblocked.
   * @param options A signal, a time limit, a number of retries, for all requests together.
   * @returns What became of each, in the order of the uids.
   * @throws CometChatException as `blockUsers`.
   * @example
   * const outcomes = await admin.unblockUsers("kevin", ["lisa"]);
   */
  unblockUsers(
    uid: string,
    uids: Iterable<string>,
    options?: RequestOptions,
  ): Promise<BlockOutcome<"unblocked">[]> {
    return this.#call(options, (core) => core.unblockUsers(uid, listed(uids), options), same);
  }

  /**
   * The users between whom and a user there is a block.
   *
   * @param uid The user's uid.
   * @param filter Which users, and how many on a page.
   * @param options A signal for the whole list; a time limit and a number of retries for each page.
   * @returns The list.
   * @throws CometChatException as `listUsers`.
   * @example
   * for await (const user of admin.listBlockedUsers("kevin")) console.log(user.uid);
   */
  listBlockedUsers<M extends object = Metadata>(
    uid: string,
    filter?: BlockedUserFilter,
    options?: RequestOptions,
  ): UserList<M> {
    return this.#list(options, (core, page, given) =>
      core.listBlockedUsers(uid, filter, page, given),
    );
  }

  /**
   * Imports users with the times that another system kept, 50 a request. One that is refused stops no other.
   *
   * @param users The users, any number of them, with any of `createdAt`, `lastActiveAt` and `deactivatedAt`.
   * @param options A signal, a time limit, a number of retries, for all requests together.
   * @returns What became of each, in the order of the users. After a request that fails, its users and all later
   *   ones have its error.
   * @throws CometChatException when the first request fails; codes of the service.
   * @example
   * const outcomes = await admin.importUsers([{ uid: "kevin", name: "Kevin", createdAt: 1500000000 }]);
   */
  importUsers<M extends object = Metadata>(
    users: Iterable<ImportedUser<M>>,
    options?: RequestOptions,
  ): Promise<ImportOutcome<M>[]> {
    return this.#call(options, (core) => core.importUsers(listed(users), options), imported<M>);
  }

  /** Without the REST API key: what a console or a log shows. */
  toJSON(): object {
    return { appId: this.#appId };
  }

  #user<M extends object>(options: RequestOptions | undefined, begin: Begin): Promise<User<M>> {
    return this.#call(options, begin, (fields) => new User<M>(fields));
  }

  #list<M extends object>(
    options: RequestOptions | undefined,
    begin: (core: AdminCore, page: number, given: RequestOptions | undefined) => Promise<unknown>,
  ): UserList<M> {
    return new UserList<M>((page, ahead) => {
      const given = ahead ? endedBy(ahead, options) : options;
      return this.#call(
        given,
        (core) => begin(core, page, given),
        ({ users, ...rest }) => ({ users: users.map(made<M>), ...rest }) as FetchedPage<M>,
      );
    });
  }

  #call<T>(
    options: RequestOptions | undefined,
    begin: Begin,
    // biome-ignore lint/suspicious/noExplicitAny: as for `called`.
    answer: (answer: any) => T,
  ): Promise<T> {
    return called(this.#core, () => this.#load(options), begin, answer);
  }

  async #load(options: RequestOptions | undefined): Promise<AdminCore> {
    await within(loaded(), options, this.#options, now(), "module");
    assertRunning();
    // Another call may have been faster: all calls share its limiter.
    this.#core ??= new AdminCore(this.#appId, this.#restApiKey, this.#options);
    return this.#core;
  }
}
