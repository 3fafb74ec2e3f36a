/** @jest-environment ./page-environment.cjs */

const { createEmulator } = require("cometchat-emulator");

test("a page's own calls reach the emulator", async () => {
  const emulator = await createEmulator({ users: [{ uid: "kevin", name: "Kevin" }] });
  const undo = emulator.intercept();
  const response = await fetch("https://app_id.api-us.cometchat.io/v3/users/kevin", {
    headers: { appId: emulator.appId, apiKey: emulator.restApiKey },
  });
  document.title = (await response.json()).data.name;
  expect(document.title).toBe("Kevin");
  undo();
  await emulator.close();
});
