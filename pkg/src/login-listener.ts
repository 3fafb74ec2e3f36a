// The official SDK's way to hear of logins and logouts.

import type { SessionListener } from "./session-watch.js";
import type { Metadata, User } from "./user.js";

/** What a {@link LoginListener} is made from. `M` is the type of the metadata. */
export interface LoginCallbacks<M extends object = Metadata> {
  /** Somebody has logged in, here or in another tab. */
  loginSuccess?: (user: User<M>) => void;
  /** The session has ended: by a logout, here or in another tab, or at the service. */
  logoutSuccess?: () => void;
}

/**
 * Hears of logins and logouts; for `addLoginListener`. Why a login or logout has failed is told by its promise alone:
 * `loginFailure` and `logoutFailure` of the official SDK are never called.
 */
export class LoginListener<M extends object = Metadata> implements LoginCallbacks<M> {
  declare readonly loginSuccess?: (user: User<M>) => void;
  declare readonly logoutSuccess?: () => void;

  /**
   * A listener that calls these functions.
   *
   * @param callbacks The functions to call.
   */
  constructor(callbacks: LoginCallbacks<M>) {
    Object.assign(this, callbacks);
  }
}

/**
 * The listeners of a client, by the names that they were given.
 *
 * @internal
 */
export class LoginListeners {
  readonly #removals = new Map<string, () => void>();

  constructor(readonly watch: <M extends object>(listener: SessionListener<M>) => () => void) {}

  add<M extends object>(name: string, { loginSuccess, logoutSuccess }: LoginCallbacks<M>): void {
    this.remove(name);
    const removal = this.watch<M>((user) => (user ? loginSuccess?.(user) : logoutSuccess?.()));
    this.#removals.set(name, removal);
  }

  remove(name: string): void {
    this.#removals.get(name)?.();
    this.#removals.delete(name);
  }
}
