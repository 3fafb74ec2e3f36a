// The official SDK's way to hear of logins and logouts.

import type { SessionListener } from "./session-watch.js";
import type { User } from "./user.js";

/** What a {@link LoginListener} is made from. */
export interface LoginCallbacks {
  /** Somebody has logged in, here or in another tab. */
  // biome-ignore lint/suspicious/noExplicitAny: the callback's own type of metadata, as of a user.
  loginSuccess?: (user: User<any>) => void;
  /** The session has ended: by a logout, here or in another tab, or at the service. */
  logoutSuccess?: () => void;
}

/**
 * Hears of logins and logouts; for `addLoginListener`. Why a login or logout has failed is told by its promise alone:
 * `loginFailure` and `logoutFailure` of the official SDK are never called.
 */
export class LoginListener implements LoginCallbacks {
  declare readonly loginSuccess?: NonNullable<LoginCallbacks["loginSuccess"]>;
  declare readonly logoutSuccess?: () => void;

  /**
   * A listener that calls these functions.
   *
   * @param callbacks The functions to call.
   */
  constructor(callbacks: LoginCallbacks) {
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

  constructor(readonly watch: (listener: SessionListener) => () => void) {}

  add(name: string, { loginSuccess, logoutSuccess }: LoginCallbacks): void {
    this.remove(name);
    const removal = this.watch((user) => (user ? loginSuccess?.(user) : logoutSuccess?.()));
    this.#removals.set(name, removal);
  }

  remove(name: string): void {
    this.#removals.get(name)?.();
    this.#removals.delete(name);
  }
}
