// This package, called as the official SDK is called beside it.

import * as CometChat from "cometchat-users";

export const init = () => CometChat.init("app", { region: "us" });

export function createUser() {
  const user = new CometChat.User("usr1");
  user.setName("Kevin");
  return CometChat.createUser(user, "key");
}
