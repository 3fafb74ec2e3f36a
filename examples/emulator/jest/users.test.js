const { createEmulator } = require("cometchat-emulator");
const { createUser, init, updateUser } = require("cometchat-users");

let emulator;
beforeAll(async () => {
  emulator = await createEmulator({ users: [{ uid: "kevin", name: "Kevin" }] });
  await init(emulator.appId, { region: "us", fetch: emulator.fetch });
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.close());

test("a user is created and changed", async () => {
  await createUser({ uid: "ann", name: "Ann" }, emulator.authKey);
  await updateUser({ uid: "ann", role: "admin" }, emulator.authKey);
  expect(await emulator.users()).toContainEqual(
    expect.objectContaining({ uid: "ann", role: "admin" }),
  );
});

test("a server that is down is reported", async () => {
  await emulator.faults.add({ action: { type: "html", status: 502 } });
  const change = updateUser({ uid: "kevin", name: "K" }, emulator.authKey, { maxRetries: 0 });
  await expect(change).rejects.toMatchObject({ status: 502 });
});
