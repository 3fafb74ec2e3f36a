import { CometChat } from "cometchat-users";

const authKey: string = "AUTH_KEY";
const uid: string = "user1";
const name: string = "Kevin";

const user: CometChat.User = new CometChat.User(uid);
user.setName(name);

try {
  const createdUser: CometChat.User = await CometChat.createUser(user, authKey);
  console.log("user created", createdUser);
} catch (error) {
  console.log("error", error as CometChat.CometChatException);
}
