// Logins of one client: with a key, with a token, or with one that is fetched first. Equal ones at the same time share
// a session: an app may have its effects run twice.

import type { Begin, Calls } from "./calls.js";
import { get, now } from "./generated/look.js";
import type { RequestOptions } from "./settings.js";
import { type TokenSource, tokenOf } from "./token.js";
import { User } from "./user.js";

/** What a login was called with, and its end: 1 where it has succeeded, else 0. */
type Login = { first: unknown; second: unknown; ended: Promise<number> };

/** @internal */
export class Logins {
  readonly #calls: Calls;
  /** The last login that is under way. */
  #last: Login | undefined;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  withKey<M extends object>(
    uid: unknown,
    authKey: unknown,
    options: RequestOptions | undefined,
  ): Promise<User<M>> {
    return this.#login(uid, authKey, options, (core) => core.loginWithKey(uid, authKey, options));
  }

  withToken<M extends object>(
    given: string | TokenSource,
    options: RequestOptions | undefined,
  ): Promise<User<M>> {
    const tokenFrom = get(given, "tokenFrom");
    if (!tokenFrom) {
      return this.#login(given, null, options, (core) => core.loginWithToken(given, options));
    }
    const calls = this.#calls;
    const settings = calls.settings;
    const at = now();
    const fetch = get(globalThis, "fetch");
    return this.#login(tokenFrom, null, options, async (core) => {
      const fetched = tokenOf(tokenFrom, get(settings, "fetch") ?? fetch, get(options, "signal"));
      const token = await calls.within(fetched, options, at, "token");
      // What it took counts as part of the call's time.
      return core.since(at, fetch).loginWithToken(token, options);
    });
  }

  async #login<M extends object>(
    first: unknown,
    second: unknown,
    options: RequestOptions | undefined,
    begin: Begin,
  ): Promise<User<M>> {
    const last = this.#last;
    const equal = last?.first === first && last?.second === second ? last?.ended : undefined;
    const at = now();
    const call = this.#calls.run(
      options,
      async (core) => {
        if (!equal) return begin(core);
        const isDone = await this.#calls.within(equal, options, at, "other login");
        const user = isDone && (await core.getLoggedInUser());
        return user || begin(core.since(at, get(globalThis, "fetch")));
      },
      (fields) => new User<M>(fields),
    );
    const login = { first, second, ended: endOf(call, equal) };
    this.#last = login;
    void login.ended.then(() => {
      if (this.#last === login) this.#last = undefined;
    });
    return call;
  }
}

/** Resolves when a call and the equal one that it waited for have ended. */
async function endOf(call: Promise<unknown>, earlier: Promise<number> | undefined) {
  const isDone = await call.then(
    () => 1,
    () => 0,
  );
  await earlier;
  return isDone;
}
