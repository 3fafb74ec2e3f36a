// This package, called in the same way as the official SDK, whichever of its builds.

import { fill } from "../users.mjs";

/** @param {typeof import("cometchat-users")} CometChat */
export function contender(CometChat) {
  /**
   * @param {string} [base] Another address than the service's.
   * @param {object} [settings]
   */
  const init = (base, settings) => {
    const place = base ? { adminHost: base, clientHost: base } : { region: "us" };
    return CometChat.init("app", { ...place, ...settings });
  };

  const createUser = (fields) =>
    CometChat.createUser(fill(new CometChat.User(fields.uid), fields), "key");

  /** Clients, each as a function that creates a user. */
  const clients = (count) =>
    Array.from({ length: count }, () => {
      const client = new CometChat.Client("app", { region: "us" });
      return (fields) => client.createUser(fill(new CometChat.User(fields.uid), fields), "key");
    });

  return { init, createUser, clients };
}
