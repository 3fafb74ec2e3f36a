// A list of users that is fetched page by page, as far as somebody reads it.

import type { Metadata, User } from "../user.js";
import type { UserPage } from "./options.js";

/** A page as the core gives it. */
export interface FetchedPage<M extends object> extends UserPage<M> {
  isLast: boolean;
}

/**
 * A list of users. `for await` goes over all of them, and fetches a page when the loop comes to it; a loop that ends
 * fetches no more. Users that are created or deleted meanwhile may be met twice or not at all, as on every list by
 * page numbers.
 */
export class UserList<M extends object = Metadata> implements AsyncIterable<User<M>> {
  readonly #fetch: (page: number) => Promise<FetchedPage<M>>;

  /** @internal */
  constructor(fetch: (page: number) => Promise<FetchedPage<M>>) {
    this.#fetch = fetch;
  }

  /**
   * One page of the list.
   *
   * @param number The page's number, from 1 on.
   * @returns The page's users, and where it is in the list. A page behind the last one has no users.
   * @throws CometChatException as the call that made the list.
   */
  async page(number: number): Promise<UserPage<M>> {
    const { users, meta } = await this.#fetch(number);
    return { users, meta };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<User<M>, void, undefined> {
    for (let number = 1; ; number++) {
      const { users, isLast } = await this.#fetch(number);
      yield* users;
      if (isLast) return;
    }
  }
}
