// A list of users that is fetched page by page, as far as somebody reads it.

import type { RequestOptions } from "../settings.js";
import type { Metadata, User } from "../user.js";
import type { UserPage } from "./options.js";

/**
 * A page as the core gives it.
 *
 * @internal
 */
export interface FetchedPage<M extends object> extends UserPage<M> {
  isLast: boolean;
}

/**
 * Fetches a page; `ahead` is aborted when nobody will read it.
 *
 * @internal
 */
export type FetchPage<M extends object> = (
  page: number,
  ahead?: AbortSignal,
) => Promise<FetchedPage<M>>;

/**
 * A list of users. `for await` goes over all of them: it fetches the first two pages when the loop comes to them, and
 * from then on one page ahead. A loop that ends fetches no more, and aborts the request that is under way. Users that
 * are created or deleted meanwhile may come twice or not at all, as on every list with page numbers.
 */
export class UserList<M extends object = Metadata> implements AsyncIterable<User<M>> {
  readonly #fetch: FetchPage<M>;

  /** @internal */
  constructor(fetch: FetchPage<M>) {
    this.#fetch = fetch;
  }

  /**
   * One page of the list.
   *
   * @param number The page's number, from 1 on.
   * @returns The page's users, and where it is in the list. A page behind the last one has no users.
   * @throws CometChatException as the call that made the list.
   * @example
   * const { users, meta } = await admin.listUsers({ perPage: 20 }).page(1);
   */
  async page(number: number): Promise<UserPage<M>> {
    const { users, meta } = await this.#fetch(number);
    return { users, meta };
  }

  /** All users, page after page. */
  async *[Symbol.asyncIterator](): AsyncGenerator<User<M>, void, undefined> {
    const ahead = new AbortController();
    try {
      let page = this.#fetch(1);
      for (let number = 1; ; number++) {
        const { users, isLast } = await page;
        // Who reads a second page is likely to read on.
        const following = number > 1 && !isLast && this.#fetch(number + 1, ahead.signal);
        if (following) following.catch(() => {});
        yield* users;
        if (isLast) return;
        page = following || this.#fetch(number + 1);
      }
    } finally {
      ahead.abort();
    }
  }
}

/**
 * The options with a further signal. Where two cannot be joined, the caller's own stays.
 *
 * @internal
 */
export function endedBy(ahead: AbortSignal, options: RequestOptions | undefined) {
  try {
    const own = options?.signal;
    return { ...options, signal: own ? AbortSignal.any([own, ahead]) : ahead };
  } catch {
    return options;
  }
}
