// Auth.js → CometChat. Auth.js runs in your own server, so there is no webhook and no signature: it calls these.
//
//   export const { handlers, auth } = NextAuth({ adapter, providers, events: cometChatEvents({ admin }) });

import { keep, leave } from "./sync.mjs";

/** For the option `events`. */
export function cometChatEvents({ admin }) {
  const sync = async ({ user }) => {
    const at = new Date(user.updatedAt ?? 0).getTime() || Date.now();
    await keep(admin, { uid: user.id, name: user.name || user.id, avatar: user.image }, at);
  };
  return { createUser: sync, updateUser: sync };
}

/** Auth.js has no event for a deletion: call this where your app deletes an account. */
export const accountDeleted = ({ admin }, id) => leave(admin, id);
