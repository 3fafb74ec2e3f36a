// The one client behind the package's functions: whichever entry they are imported from, they share its
// session.

import { Client } from "./client.js";

const shared = /* @__PURE__ */ Client.shared();

/** What the shared client can be asked to do. */
export type Methods = {
  [K in keyof Client]: Client[K] extends (...args: never[]) => unknown ? K : never;
}[keyof Client];

/** A method of the shared client as a function of its own. */
export const method = <K extends Methods>(name: K): Client[K] =>
  (shared[name] as CallableFunction).bind(shared) as Client[K];
