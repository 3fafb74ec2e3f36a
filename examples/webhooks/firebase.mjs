// Firebase → CometChat. Firebase Authentication calls functions of yours, when a user is created and deleted; they
// send what happened to this route, signed with a secret that both know:
//
//   export const created = functions.auth.user().onCreate((user) => send("created", user));
//   export const deleted = functions.auth.user().onDelete((user) => send("deleted", user));
//
// There is no event for a change: call `send("updated", user)` where your app changes a profile.

import { isSignedBy, sign } from "./signature.mjs";
import { keep, leave } from "./sync.mjs";

/** For the functions: sends an event to the route. */
export const firebaseSender = ({ url, secret, fetch = globalThis.fetch }) =>
  async function send(type, { uid, displayName, photoURL }, at = Date.now()) {
    const body = JSON.stringify({ type, at, user: { uid, displayName, photoURL } });
    const headers = { "content-type": "application/json", "x-signature": sign(secret, body) };
    const response = await fetch(url, { method: "POST", headers, body });
    // The function fails, and Firebase calls it again if you have turned on retries.
    if (!response.ok) throw new Error(`The route answered ${response.status}`);
  };

/** A route: `export const POST = firebaseWebhook({ admin, secret: process.env.FIREBASE_SYNC_SECRET })`. */
export const firebaseWebhook =
  ({ admin, secret }) =>
  async (request) => {
    const body = await request.text();
    if (!isSignedBy(secret, request.headers.get("x-signature"), body)) {
      return new Response("bad signature", { status: 401 });
    }
    const { type, at, user } = JSON.parse(body);
    if (type === "deleted") return Response.json(await leave(admin, user.uid));
    const { uid, displayName, photoURL } = user;
    return Response.json(
      await keep(admin, { uid, name: displayName || uid, avatar: photoURL }, at),
    );
  };
