import { CometChat } from "cometchat-users";

const authKey: string = "AUTH_KEY";
const uid: string = "user1";
const name: string = "Kevin";

const user: CometChat.User = new CometChat.User(uid);

user.setName(name);

CometChat.createUser(user, authKey).then(
  (user: CometChat.User) => {
    console.log("user created", user);
  },
  (error: CometChat.CometChatException) => {
    console.log("error", error);
  },
);
