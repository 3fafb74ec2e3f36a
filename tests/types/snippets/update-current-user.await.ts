import { CometChat } from "cometchat-users";

const user: CometChat.User = new CometChat.User("user1");
user.setName("Kevin Fernandez");
user.setAvatar("https://example.com/new-avatar.png");
user.setStatusMessage("In a meeting");

try {
  const updatedUser: CometChat.User = await CometChat.updateCurrentUserDetails(user);
  console.log("user updated", updatedUser);
} catch (error) {
  console.log("error", error as CometChat.CometChatException);
}
