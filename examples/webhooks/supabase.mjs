// Supabase → CometChat. In Supabase, "Database Webhooks": the table auth.users with insert, update and delete, this
// route's address, and a header `authorization: Bearer SECRET`, since Supabase does not sign them.

import { isSecret } from "./signature.mjs";
import { keep, leave } from "./sync.mjs";

/** A route: `export const POST = supabaseWebhook({ admin, secret: process.env.SUPABASE_WEBHOOK_SECRET })`. */
export const supabaseWebhook =
  ({ admin, secret }) =>
  async (request) => {
    if (!isSecret(`Bearer ${secret}`, request.headers.get("authorization"))) {
      return new Response("bad secret", { status: 401 });
    }
    const { type, record, old_record } = await request.json();
    if (type === "DELETE") return Response.json(await leave(admin, old_record.id));
    // A soft deletion is an update.
    if (record.deleted_at) return Response.json(await leave(admin, record.id));
    const { full_name, name, avatar_url } = record.raw_user_meta_data ?? {};
    const user = { uid: record.id, name: full_name ?? name ?? record.id, avatar: avatar_url };
    return Response.json(await keep(admin, user, Date.parse(record.updated_at)));
  };
