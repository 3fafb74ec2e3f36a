import { CometChat } from "cometchat-users";

const UID: string = "cometchat-uid-1";
const authKey: string = "AUTH_KEY";

CometChat.login(UID, authKey).then(
  (user: CometChat.User) => {
    console.log("Login Successful:", { user });
  },
  (error: CometChat.CometChatException) => {
    console.log("Login failed with exception:", { error });
  },
);
