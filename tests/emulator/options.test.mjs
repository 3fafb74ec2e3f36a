// A mistake in an option is reported at once, by the option's name.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createEmulator } from "cometchat-emulator";
import { closing } from "./support/emulators.mjs";

const user = { uid: "kevin", name: "Kevin" };

describe("a wrong option is a TypeError that names it", () => {
  for (const [given, message] of [
    [5, /options are an object/],
    [{ appID: "x" }, /unknown option "appID"; did you mean "appId"\?/],
    [{ user: [user] }, /unknown option "user"; did you mean "users"\?/],
    [{ port: 1 }, /unknown option "port": there are appId, authKey/],
    [{ constructor: 1 }, /unknown option "constructor"/],
    [{ appId: "" }, /option "appId" has to be a text/],
    [{ authKey: 5 }, /option "authKey" has to be a text/],
    [{ restApiKey: null }, /option "restApiKey" has to be a text/],
    [{ users: "kevin" }, /option "users" has to be a list/],
    [{ users: [5] }, /option "users" has to be a list/],
    [{ users: [{ name: "Kevin" }] }, /users\[0\]\.uid: The uid field is required/],
    [{ users: [user, { ...user, uid: "a b" }] }, /users\[1\]\.uid: /],
    [{ sampleUsers: "no" }, /option "sampleUsers" has to be true or false/],
    [{ authKeyScope: "some" }, /option "authKeyScope" has to be one of all, create, tokens/],
    [{ rateLimits: { core: 1 } }, /option "rateLimits" has to be true, false or/],
    [{ now: 5 }, /option "now" has to be a function/],
    [{ latencyMs: -1 }, /option "latencyMs" has to be a number of milliseconds/],
    [{ latencyMs: Number.NaN }, /option "latencyMs"/],
    [{ address: "" }, /option "address" has to be a text/],
    [{ apps: [{ authKey: "k" }] }, /option "apps\[0\]\.appId" is missing/],
    [
      { apps: [{ appId: "a", autKey: "k" }] },
      /unknown option "apps\[0\]\.autKey"; did you mean "authKey"/,
    ],
    [
      { apps: [{ appId: "a" }, { appId: "a" }] },
      /option "apps\[1\]\.appId" names "a" a second time/,
    ],
    [{ appId: "a", apps: [{ appId: "a" }] }, /option "apps\[0\]\.appId" names "a" a second time/],
  ]) {
    test(JSON.stringify(given), async () => {
      await assert.rejects(createEmulator(given), {
        name: "TypeError",
        message: new RegExp(`^cometchat-emulator: createEmulator: .*${message.source}`),
      });
    });
  }
});

test("what listen() takes is checked likewise", async (t) => {
  const emulator = closing(t, await createEmulator());
  for (const [given, message] of [
    [{ port: 70_000 }, /listen: option "port" has to be a number from 0 to 65535/],
    [{ hots: "x" }, /listen: unknown option "hots"; did you mean "host"/],
  ]) {
    await assert.rejects(emulator.listen(given), { name: "TypeError", message });
  }
});

test("rate limits and the scope of the auth key reach the engine", async (t) => {
  const emulator = closing(
    t,
    await createEmulator({ rateLimits: { core: 1, standard: 100 }, authKeyScope: "tokens" }),
  );
  const create = (apiKey) =>
    emulator.fetch("https://api-us.cometchat.io/v3/users", {
      method: "POST",
      headers: { appId: emulator.appId, apiKey },
      body: JSON.stringify(user),
    });
  assert.equal((await create(emulator.authKey)).status, 403);
  const limited = await create(emulator.restApiKey);
  assert.equal(limited.status, 429);
  assert.ok(Number(limited.headers.get("retry-after")) > 0);
});
