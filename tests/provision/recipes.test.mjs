// The recipes of examples/webhooks: users are kept in step with a sign-in service, and the same event twice changes
// nothing.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { accountDeleted, cometChatEvents } from "../../examples/webhooks/authjs.mjs";
import { clerkWebhook } from "../../examples/webhooks/clerk.mjs";
import { firebaseSender, firebaseWebhook } from "../../examples/webhooks/firebase.mjs";
import { supabaseWebhook } from "../../examples/webhooks/supabase.mjs";
import { begin } from "./support/provision.mjs";

const SECRET = `whsec_${Buffer.from("the secret of the tests").toString("base64")}`;
const URL_OF_ROUTE = "https://app.example.com/api/webhooks";

const post = (route, body, headers) =>
  route(new Request(URL_OF_ROUTE, { method: "POST", headers, body }));

/** Sends as Svix does. */
function svix(route, event, { secret = SECRET, time = Math.floor(Date.now() / 1000) } = {}) {
  const body = JSON.stringify(event);
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signature = createHmac("sha256", key).update(`msg_1.${time}.${body}`).digest("base64");
  return post(route, body, {
    "svix-id": "msg_1",
    "svix-timestamp": String(time),
    "svix-signature": `v1,AAAA v1,${signature}`,
  });
}

/**
 * Goes through a user's life. `send` sends `created`, `updated` or `deleted` of a user with a name, a picture and
 * a time.
 */
async function life(admin, emulator, send) {
  const uid = "user_2nabcdef";
  const state = async () => JSON.stringify(await emulator.snapshot());
  /** Sends an event, and the same once more. */
  const twice = async (type, fields) => {
    const event = { uid, ...fields };
    await send(type, event);
    const before = await state();
    await send(type, event);
    assert.equal(await state(), before, `${type} twice`);
  };
  await twice("created", { name: "Ann", picture: "https://example.com/a.png", at: 1000 });
  const created = await admin.getUser(uid);
  assert.equal(created.name, "Ann");
  assert.equal(created.avatar, "https://example.com/a.png");
  await twice("updated", { name: "Ann B.", at: 3000 });
  const updated = await admin.getUser(uid);
  assert.equal(updated.name, "Ann B.");
  assert.ok(!updated.avatar, "the picture is gone");
  // An event that comes late.
  await send("updated", { uid, name: "Ann A.", at: 2000 });
  assert.equal((await admin.getUser(uid)).name, "Ann B.");
  await twice("deleted", {});
  await send("updated", { uid, name: "Ann C.", at: 4000 });
  await assert.rejects(admin.getUser(uid), { code: "ERR_UID_NOT_FOUND" });
  const [user] = await emulator.users({ withDeactivated: true });
  assert.ok(user.deactivatedAt > 0);
  // Of a user that never was.
  await send("deleted", { uid: "nobody" });
}

const answered = async (response) => assert.equal(response.status, 200, await response.text());

describe("Clerk", () => {
  const event = (type, { uid, name, picture, at }) =>
    type === "deleted"
      ? { type: "user.deleted", data: { id: uid, object: "user", deleted: true } }
      : {
          type: `user.${type}`,
          data: { id: uid, first_name: name, last_name: null, image_url: picture, updated_at: at },
        };

  test("users are created, updated and deactivated", async (t) => {
    const { emulator, admin } = await begin(t);
    const route = clerkWebhook({ admin, secret: SECRET });
    await life(admin, emulator, async (type, user) =>
      answered(await svix(route, event(type, user))),
    );
    await answered(await svix(route, { type: "session.created", data: { id: "x" } }));
  });

  test("what Clerk did not sign, or signed long ago, is refused", async (t) => {
    const { emulator, admin } = await begin(t);
    const route = clerkWebhook({ admin, secret: SECRET });
    const created = event("created", { uid: "u", name: "U", at: 1 });
    const other = `whsec_${Buffer.from("another secret").toString("base64")}`;
    const old = Math.floor(Date.now() / 1000) - 600;
    for (const options of [{ secret: other }, { time: old }, { time: "no time" }]) {
      assert.equal((await svix(route, created, options)).status, 401);
    }
    assert.equal((await post(route, JSON.stringify(created), {})).status, 401);
    assert.deepEqual(await emulator.users(), []);
  });
});

describe("Supabase", () => {
  const headers = { authorization: "Bearer the-secret" };
  const record = ({ uid, name, picture, at }) => ({
    id: uid,
    raw_user_meta_data: { full_name: name, avatar_url: picture },
    updated_at: new Date(at).toISOString(),
    deleted_at: null,
  });
  const event = (type, user) =>
    JSON.stringify(
      type === "deleted"
        ? {
            type: "DELETE",
            table: "users",
            schema: "auth",
            record: null,
            old_record: { id: user.uid },
          }
        : {
            type: type === "created" ? "INSERT" : "UPDATE",
            record: record(user),
            old_record: null,
          },
    );

  test("users are created, updated and deactivated", async (t) => {
    const { emulator, admin } = await begin(t);
    const route = supabaseWebhook({ admin, secret: "the-secret" });
    await life(admin, emulator, async (type, user) =>
      answered(await post(route, event(type, user), headers)),
    );
  });

  test("a request without the secret is refused", async (t) => {
    const { emulator, admin } = await begin(t);
    const route = supabaseWebhook({ admin, secret: "the-secret" });
    const body = event("created", { uid: "u", name: "U", at: 1 });
    for (const authorization of ["Bearer another", "the-secret", ""]) {
      assert.equal((await post(route, body, { authorization })).status, 401);
    }
    assert.deepEqual(await emulator.users(), []);
  });
});

describe("Firebase", () => {
  test("users are created, updated and deactivated", async (t) => {
    const { emulator, admin } = await begin(t);
    const route = firebaseWebhook({ admin, secret: "s" });
    const fetch = (url, init) => route(new Request(url, init));
    const send = firebaseSender({ url: URL_OF_ROUTE, secret: "s", fetch });
    await life(admin, emulator, (type, { uid, name, picture, at }) =>
      send(type, { uid, displayName: name, photoURL: picture }, at),
    );
  });

  test("what another secret signed is refused", async (t) => {
    const { admin } = await begin(t);
    const route = firebaseWebhook({ admin, secret: "s" });
    const fetch = (url, init) => route(new Request(url, init));
    const send = firebaseSender({ url: URL_OF_ROUTE, secret: "other", fetch });
    await assert.rejects(send("created", { uid: "u", displayName: "U" }), /401/);
    const forged = { "x-signature": `${Math.floor(Date.now() / 1000)}.00` };
    assert.equal((await post(route, "{}", forged)).status, 401);
    assert.equal((await post(route, "{}", {})).status, 401);
  });
});

describe("Auth.js", () => {
  test("users are created, updated and deactivated", async (t) => {
    const { emulator, admin } = await begin(t);
    const events = cometChatEvents({ admin });
    await life(admin, emulator, (type, { uid, name, picture, at }) => {
      if (type === "deleted") return accountDeleted({ admin }, uid);
      const user = { id: uid, name, image: picture ?? null, updatedAt: new Date(at) };
      return type === "created" ? events.createUser({ user }) : events.updateUser({ user });
    });
  });
});
