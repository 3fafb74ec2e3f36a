import { createEmulator } from "cometchat-emulator";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, expect, test } from "vitest";

const emulator = await createEmulator({ users: [{ uid: "kevin", name: "Kevin" }] });
const cometchat = http.all(
  /^https:\/\/([^./]+\.)?api(client)?-\w+\.cometchat\.io\//,
  ({ request }) => emulator.fetch(request).catch(() => HttpResponse.error()),
);
const server = setupServer(
  cometchat,
  http.get("https://example.com/me", () => HttpResponse.json({ uid: "kevin" })),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(async () => {
  server.close();
  await emulator.close();
});

const get = (uid) =>
  fetch(`https://app.api-us.cometchat.io/v3/users/${uid}`, {
    headers: { appId: emulator.appId, apiKey: emulator.restApiKey },
  });

test("the emulator is one of the handlers", async () => {
  const { uid } = await (await fetch("https://example.com/me")).json();
  const { data } = await (await get(uid)).json();
  expect(data.name).toBe("Kevin");
});

test("a dropped connection is a failed fetch here, too", async () => {
  await emulator.faults.add({ action: { type: "drop" }, times: 1 });
  await expect(get("kevin")).rejects.toThrow(TypeError);
  expect((await get("kevin")).status).toBe(200);
});
