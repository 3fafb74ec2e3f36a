import { CometChat } from "cometchat-users";

// Create a user
const user = new CometChat.User("user1");
user.setName("Kevin");
await CometChat.createUser(user, "AUTH_KEY");

// Update a user
user.setName("Kevin Fernandez");
await CometChat.updateUser(user, "AUTH_KEY");

// Update logged-in user (no auth key needed)
await CometChat.updateCurrentUserDetails(user);
