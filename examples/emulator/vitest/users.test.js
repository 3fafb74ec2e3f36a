import { createEmulator } from "cometchat-emulator";
import { createUser, init, login, logout, updateUser } from "cometchat-users";
import { afterAll, beforeEach, expect, test } from "vitest";

const emulator = await createEmulator({ users: [{ uid: "kevin", name: "Kevin" }] });
await init(emulator.appId, { region: "us", fetch: emulator.fetch });
beforeEach(() => emulator.reset());
afterAll(() => emulator.close());

test("a user is created, changed and signed in", async () => {
  await createUser({ uid: "ann", name: "Ann" }, emulator.authKey);
  await updateUser({ uid: "ann", role: "admin" }, emulator.authKey);
  expect(await login("ann", emulator.authKey)).toMatchObject({ name: "Ann", role: "admin" });
  await logout();
});

test("each test starts with the same users", async () => {
  const uids = (await emulator.users()).map(({ uid }) => uid);
  expect(uids).toContain("kevin");
  expect(uids).not.toContain("ann");
});

test("a busy service is tried again", async () => {
  await emulator.faults.add({ action: { type: "rateLimit", retryAfter: 0 }, times: 1 });
  await createUser({ uid: "ann", name: "Ann" }, emulator.authKey);
  expect((await emulator.requests()).map(({ status }) => status)).toEqual([429, 200]);
});
