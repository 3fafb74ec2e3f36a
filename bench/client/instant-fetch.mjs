// A `fetch` that answers at once: what remains of a call's time is the caller's own, and that of making the
// `Response`.

import { created, refused, small } from "./users.mjs";

const headers = { "content-type": "application/json" };

/** What `fetch` answers from now on: that `user` was created, or that it exists already. */
export function answer(user, isRefused = false) {
  const text = isRefused ? refused : created(user);
  const options = { status: isRefused ? 409 : 200, headers };
  globalThis.fetch = async () => new Response(text, options);
}

answer(small);
