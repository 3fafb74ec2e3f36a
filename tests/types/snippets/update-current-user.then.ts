import { CometChat } from "cometchat-users";

const uid: string = "user1";
const name: string = "Kevin Fernandez";

const user: CometChat.User = new CometChat.User(uid);

user.setName(name);

CometChat.updateCurrentUserDetails(user).then(
  (user: CometChat.User) => {
    console.log("user updated", user);
  },
  (error: CometChat.CometChatException) => {
    console.log("error", error);
  },
);
