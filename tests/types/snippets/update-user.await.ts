import { CometChat } from "cometchat-users";

const authKey: string = "AUTH_KEY";
const uid: string = "user1";
const name: string = "Kevin Fernandez";

const user: CometChat.User = new CometChat.User(uid);
user.setName(name);

try {
  const updatedUser: CometChat.User = await CometChat.updateUser(user, authKey);
  console.log("user updated", updatedUser);
} catch (error) {
  console.log("error", error as CometChat.CometChatException);
}
