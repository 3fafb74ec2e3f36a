// Clerk → CometChat. In Clerk's dashboard, "Webhooks": this route's address, and the events user.created,
// user.updated and user.deleted.

import { isSigned } from "./signature.mjs";
import { keep, leave } from "./sync.mjs";

/** A route: `export const POST = clerkWebhook({ admin, secret: process.env.CLERK_WEBHOOK_SIGNING_SECRET })`. */
export const clerkWebhook =
  ({ admin, secret }) =>
  async (request) => {
    const body = await request.text();
    if (!isSigned(secret, request.headers, body, "svix")) {
      return new Response("bad signature", { status: 401 });
    }
    const { type, data } = JSON.parse(body);
    if (type === "user.deleted") return Response.json(await leave(admin, data.id));
    if (type !== "user.created" && type !== "user.updated") return Response.json("ignored");
    const name = [data.first_name, data.last_name].filter(Boolean).join(" ");
    const user = { uid: data.id, name: name || data.username || data.id, avatar: data.image_url };
    return Response.json(await keep(admin, user, data.updated_at));
  };
