// Tells who wants to know when another user is logged in than before, or nobody any more.

import { settling } from "./crash.js";
import type { Core } from "./generated/bindings.js";
import { type Metadata, User } from "./user.js";

/** Is told the user that is logged in now, or null. `M` is the type of the metadata. */
export type SessionListener<M extends object = Metadata> = (user: User<M> | null) => void;

type Fields = { authToken?: string } | null;

/** @internal */
export class SessionWatch {
  readonly #listeners = new Set<SessionListener>();
  readonly #look: () => void;
  /** What the last look found. */
  #known: Promise<Fields> | undefined;

  /** @param look Has `look` called with the core, if there is one. */
  constructor(look: () => void) {
    this.#look = look;
  }

  /** What comes back takes the listener away. */
  add<M extends object>(listener: SessionListener<M>): () => void {
    // The same function may be added twice.
    const own: SessionListener = (user) => listener(user as User<M> | null);
    this.#listeners.add(own);
    // Another tab has logged in or out.
    globalThis.addEventListener?.("storage", this.#look);
    return () => {
      this.#listeners.delete(own);
      if (!this.#listeners.size) globalThis.removeEventListener?.("storage", this.#look);
    };
  }

  /** Reads the session at once, and tells later what has changed since the last look. */
  async look(core: Core): Promise<void> {
    const before = this.#known;
    // Where the session cannot be read, nothing is known to have changed.
    const now = settling(() => core.getLoggedInUser()).catch(() => before) as Promise<Fields>;
    this.#known = now;
    const [former, present] = await Promise.all([before, now]);
    if (!before || former?.authToken === present?.authToken) return;
    for (const listener of this.#listeners) {
      // One that throws is its own matter, and no call's.
      Promise.resolve(present && new User(present)).then(listener);
    }
  }
}
