import { CometChat } from "cometchat-users";

const UID: string = "cometchat-uid-1";
const authKey: string = "AUTH_KEY";

try {
  const loggedInUser: CometChat.User | null = await CometChat.getLoggedinUser();
  if (!loggedInUser) {
    const user: CometChat.User = await CometChat.login(UID, authKey);
    console.log("Login Successful:", { user });
  }
} catch (error) {
  console.log("Login failed with exception:", { error });
}
