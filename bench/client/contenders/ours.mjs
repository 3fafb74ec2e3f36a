// This package, called as the official SDK is called beside it.

import * as CometChat from "cometchat-users";
import { fill } from "../users.mjs";

/** @param {string} [base] Another address than the service's. */
export const init = (base) =>
  CometChat.init("app", base ? { adminHost: base, clientHost: base } : { region: "us" });

export const createUser = (fields) =>
  CometChat.createUser(fill(new CometChat.User(fields.uid), fields), "key");

/** So many clients, each as a function that creates a user. */
export const clients = (count) =>
  Array.from({ length: count }, () => {
    const client = new CometChat.Client("app", { region: "us" });
    return (fields) => client.createUser(fill(new CometChat.User(fields.uid), fields), "key");
  });
