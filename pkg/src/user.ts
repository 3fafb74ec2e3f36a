// A CometChat user as a plain object with the methods that the service's documentation names.

import type {
  CurrentUserChanges,
  EditableFields,
  Metadata,
  NewUser,
  UserFields,
} from "./generated/user-fields.js";

export type { CurrentUserChanges, EditableFields, Metadata, NewUser, UserFields };

/**
 * The changes that `updateUser` makes: the fields that are there. `""` clears the avatar, the link
 * or the status message, `{}` the metadata, `[]` the tags.
 */
export interface UserChanges<M extends object = Metadata> extends EditableFields<M> {
  /** Whom to change. */
  uid: string;
}

/** The fields without `readonly`, for the class itself. */
type Mutable<M extends object> = { -readonly [K in keyof UserFields<M>]: UserFields<M>[K] };

/**
 * A user together with whatever else the service sent, which has to be looked at before it is used.
 *
 * @example
 * const { conversationId } = (await getUser("kevin")) as UserWithExtras;
 * if (typeof conversationId === "string") console.log(conversationId);
 */
export type UserWithExtras<M extends object = Metadata> = User<M> & { [field: string]: unknown };

/** What takes a secret's place where a user is shown. */
const MASK = "***";
const SECRETS = ["authToken", "jwt", "fat", "wsChannel"];

// The class declares the two fields that every user has.
export interface User<M extends object = Metadata> extends UserFields<M> {}

/**
 * A user. Its fields are own and enumerable, so that spreading, `JSON.stringify` and
 * `structuredClone` work as for any object; a field that was never set is absent, and its getter
 * then gives the documented default. Setting a field changes this object alone: pass it to
 * `updateUser` or `updateCurrentUserDetails` to change the user at the service. Whatever else the
 * service sends is there as it came: {@link UserWithExtras} is the type of a user with it.
 *
 * `M` is the type of the metadata.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: what is only in the interface is optional.
export class User<M extends object = Metadata> implements UserFields<M> {
  /** Names the user; set at creation, never changed after. */
  declare readonly uid: string;
  /** Display name. */
  declare name: string;

  /**
   * A user by its uid and name.
   *
   * @param uid The user's uid.
   * @param name The display name.
   */
  constructor(uid: string, name?: string);
  /**
   * A user by its fields.
   *
   * @param fields The user's fields; they are copied.
   */
  constructor(fields: UserFields<M>);
  constructor(uidOrFields: string | UserFields<M>, name?: string) {
    if (typeof uidOrFields === "object" && uidOrFields !== null) {
      for (const [key, value] of Object.entries(uidOrFields)) {
        // Assigning this one key would change the prototype.
        if (key !== "__proto__") (this as Record<string, unknown>)[key] = value;
      }
      return;
    }
    (this as Mutable<M>).uid = uidOrFields;
    if (name !== undefined) this.name = name;
  }

  /** The uid; `""` when unset. */
  getUid(): string {
    return this.uid ?? "";
  }
  /** Changes this object only, to name another user: a user's uid never changes. */
  setUid(uid: string): void {
    (this as Mutable<M>).uid = uid;
  }

  /** The display name; `""` when unset. */
  getName(): string {
    return this.name ?? "";
  }
  /**
   * Sets the display name.
   *
   * @param name 1 to 100 characters.
   */
  setName(name: string): void {
    this.name = name;
  }

  /** The session's token; `null` when there is none. */
  getAuthToken(): string | null {
    return this.authToken ?? null;
  }
  /** Changes this object only: the session keeps its own token. */
  setAuthToken(authToken: string): void {
    (this as Mutable<M>).authToken = authToken;
  }

  /** The picture's URL; `null` when unset. */
  getAvatar(): string | null {
    return this.avatar ?? null;
  }
  /**
   * Sets the picture.
   *
   * @param avatar A URL of at most 3,000 characters; `""` clears it on update.
   */
  setAvatar(avatar: string): void {
    this.avatar = avatar;
  }

  /** The profile page's URL; `null` when unset. */
  getLink(): string | null {
    return this.link ?? null;
  }
  /**
   * Sets the profile page.
   *
   * @param link A URL of at most 3,000 characters; `""` clears it on update.
   */
  setLink(link: string): void {
    this.link = link;
  }

  /** The role's id; `"default"` when unset. */
  getRole(): string {
    return this.role ?? "default";
  }
  /**
   * Sets the role.
   *
   * @param role The id of a role that exists in the app.
   */
  setRole(role: string): void {
    this.role = role;
  }

  /** The metadata; an empty object when unset. */
  getMetadata(): M {
    return this.metadata ?? ({} as M);
  }
  /**
   * Sets the metadata.
   *
   * @param metadata At most 5 KB as JSON; `{}` clears it on update.
   */
  setMetadata(metadata: M): void {
    this.metadata = metadata;
  }

  /** `"online"` or `"offline"`. */
  getStatus(): "online" | "offline" {
    return this.status ?? "offline";
  }
  /** Changes this object only: the service keeps the status. */
  setStatus(status: "online" | "offline"): void {
    (this as Mutable<M>).status = status;
  }

  /** The status message; `null` when unset. */
  getStatusMessage(): string | null {
    return this.statusMessage ?? null;
  }
  /**
   * Sets the status message.
   *
   * @param statusMessage Any text; `""` clears it on update.
   */
  setStatusMessage(statusMessage: string): void {
    this.statusMessage = statusMessage;
  }

  /** Seconds since 1970; 0 when the user was never active. */
  getLastActiveAt(): number {
    return this.lastActiveAt ?? 0;
  }
  /** Changes this object only: the service keeps this time. */
  setLastActiveAt(lastActiveAt: number): void {
    (this as Mutable<M>).lastActiveAt = lastActiveAt;
  }

  /** Whether this user has blocked the logged-in user. */
  getHasBlockedMe(): boolean {
    return this.hasBlockedMe ?? false;
  }
  /** Changes this object only: the service keeps this flag. */
  setHasBlockedMe(hasBlockedMe: boolean): void {
    (this as Mutable<M>).hasBlockedMe = hasBlockedMe;
  }

  /** Whether the logged-in user has blocked this user. */
  getBlockedByMe(): boolean {
    return this.blockedByMe ?? false;
  }
  /** Changes this object only: the service keeps this flag. */
  setBlockedByMe(blockedByMe: boolean): void {
    (this as Mutable<M>).blockedByMe = blockedByMe;
  }

  /** The tags; an empty array when unset. */
  getTags(): string[] {
    return this.tags ?? [];
  }
  /**
   * Sets the tags.
   *
   * @param tags At most 25 tags of at most 100 characters; `[]` clears them on update.
   */
  setTags(tags: string[]): void {
    this.tags = tags;
  }

  /** Seconds since 1970; 0 for an active user. */
  getDeactivatedAt(): number {
    return this.deactivatedAt ?? 0;
  }
  /** Changes this object only: the service keeps this time. */
  setDeactivatedAt(deactivatedAt: number): void {
    (this as Mutable<M>).deactivatedAt = deactivatedAt;
  }
}

// Node's console shows a user without the tokens that open its session. The symbol is known to Node
// alone, and is not enumerable here, so that it stays out of everything else.
Object.defineProperty(User.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: UserWithExtras): User {
    const shown = SECRETS.filter((key) => this[key] !== undefined && this[key] !== MASK);
    if (shown.length === 0) return this;
    const copy = Object.assign(Object.create(Object.getPrototypeOf(this)), this);
    for (const key of shown) copy[key] = MASK;
    return copy;
  },
});
