import { CometChat } from "cometchat-users";

CometChat.logout().then(
  () => {
    console.log("Logout completed successfully");
  },
  (error: CometChat.CometChatException) => {
    console.log("Logout failed with exception:", { error });
  },
);
