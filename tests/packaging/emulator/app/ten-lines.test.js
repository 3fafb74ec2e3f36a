import { createEmulator } from "cometchat-emulator";
import { createUser, init, login, updateUser } from "cometchat-users";
import { expect, test } from "vitest";

test("a user's life", async () => {
  const { appId, authKey, restApiKey: apiKey, fetch, users } = await createEmulator();
  await init(appId, { region: "us", fetch });
  await createUser({ uid: "kevin", name: "Kevin" }, authKey);
  await updateUser({ uid: "kevin", tags: ["new"] }, authKey);
  expect((await login("kevin", authKey)).tags).toEqual(["new"]);
  const request = { method: "DELETE", headers: { appId, apiKey }, body: '{"permanent":true}' };
  await fetch("https://api-us.cometchat.io/v3/users/kevin", request);
  expect((await users()).map(({ uid }) => uid)).not.toContain("kevin");
});
