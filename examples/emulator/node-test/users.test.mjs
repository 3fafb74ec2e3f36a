import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { createEmulator } from "cometchat-emulator";
import { Client } from "cometchat-users";

let time = Date.now();
const emulator = await createEmulator({ now: () => time, sampleUsers: false });
beforeEach(() => emulator.reset());
after(() => emulator.close());

test("a user is created now, and changed an hour later", async () => {
  const client = new Client(emulator.appId, { region: "us", fetch: emulator.fetch });
  await client.createUser({ uid: "kevin", name: "Kevin" }, emulator.authKey);
  time += 3_600_000;
  await client.updateUser({ uid: "kevin", name: "Kevin S." }, emulator.authKey);
  const [kevin] = await emulator.users();
  assert.equal(kevin.updatedAt - kevin.createdAt, 3_600);
});

test("a connection that breaks leaves nothing behind", async () => {
  const client = new Client(emulator.appId, { region: "us", fetch: emulator.fetch });
  await emulator.faults.add({ action: { type: "drop" } });
  await assert.rejects(
    client.createUser({ uid: "kevin", name: "Kevin" }, emulator.authKey, { maxRetries: 0 }),
    { code: "FAILED_TO_FETCH" },
  );
  assert.deepEqual(await emulator.users(), []);
});
