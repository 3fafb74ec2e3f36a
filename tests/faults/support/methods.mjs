// The six methods that every fault is tried against, for this package and for the official SDK.

import { AUTH_KEY } from "./secrets.mjs";

/** By name: a call that would succeed were it not for the fault. `needsSession` as it says. */
export const METHODS = {
  createUser: {
    call: (client, options) =>
      client.createUser({ uid: "user1", name: "Kevin" }, AUTH_KEY, options),
  },
  updateUser: {
    call: (client, options) =>
      client.updateUser({ uid: "user1", name: "Kevin" }, AUTH_KEY, options),
  },
  updateCurrentUserDetails: {
    needsSession: true,
    call: (client, options) => client.updateCurrentUserDetails({ name: "Kevin" }, options),
  },
  login: { call: (client, options) => client.login("user1", AUTH_KEY, options) },
  logout: { needsSession: true, call: (client, options) => client.logout(options) },
  getUser: { needsSession: true, call: (client, options) => client.getUser("user1", options) },
};

export const NAMES = Object.keys(METHODS);
