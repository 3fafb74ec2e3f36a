import { CometChat } from "cometchat-users";

const appSettings: CometChat.AppSettings = new CometChat.AppSettingsBuilder()
  .setRegion("APP_REGION")
  .subscribePresenceForAllUsers()
  .autoEstablishSocketConnection(true)
  .build();

await CometChat.init("APP_ID", appSettings);
await CometChat.login("cometchat-uid-1", "AUTH_KEY"); // dev only
console.log("Login Successful:", (await CometChat.getLoggedinUser())?.getUid());
