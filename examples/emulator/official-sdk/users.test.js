// @vitest-environment jsdom
import { CometChat } from "@cometchat/chat-sdk-javascript";
import { createEmulator } from "cometchat-emulator";
import { afterAll, expect, test } from "vitest";

const emulator = await createEmulator();
emulator.intercept();
afterAll(() => emulator.close());

test("CometChat's own SDK creates, changes and signs in a user", async () => {
  const settings = new CometChat.AppSettingsBuilder()
    .setRegion("us")
    .autoEstablishSocketConnection(false)
    .build();
  await CometChat.init(emulator.appId, settings);

  const kevin = new CometChat.User("kevin");
  kevin.setName("Kevin");
  expect((await CometChat.createUser(kevin, emulator.authKey)).getName()).toBe("Kevin");
  kevin.setName("Kevin S.");
  expect((await CometChat.updateUser(kevin, emulator.authKey)).getName()).toBe("Kevin S.");
  expect((await CometChat.login("kevin", emulator.authKey)).getUid()).toBe("kevin");
  await CometChat.logout();
});
