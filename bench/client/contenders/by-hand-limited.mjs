// The `fetch` of a few lines, with a time limit for each call, as the package has.

import * as byHand from "./by-hand.mjs";

export const { init } = byHand;

export const createUser = (fields) =>
  byHand.createUser(fields, { signal: AbortSignal.timeout(30_000) });
