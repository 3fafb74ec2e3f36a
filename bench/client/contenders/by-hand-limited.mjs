// The `fetch` of a few lines, with the time limit for each call that the package has, too.

import * as byHand from "./by-hand.mjs";

export const { init } = byHand;

export const createUser = (fields) =>
  byHand.createUser(fields, { signal: AbortSignal.timeout(30_000) });
