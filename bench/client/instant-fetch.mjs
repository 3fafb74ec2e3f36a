// A `fetch` that answers at once: what is left of a call's time is the caller's own, and that of the
// reply's `Response`.

import { created, refused, small } from "./users.mjs";

const headers = { "content-type": "application/json" };

/** What `fetch` answers from now on: that `user` was created, or that it was there already. */
export function answer(user, isRefused = false) {
  const text = isRefused ? refused : created(user);
  const options = { status: isRefused ? 409 : 200, headers };
  globalThis.fetch = async () => new Response(text, options);
}

answer(small);
