// What all recipes have in common: an event becomes an update or a creation, or a deactivation. The same event
// twice, or an older one after a newer, changes nothing.

/**
 * Brings a user to what your sign-in service says of it.
 *
 * @param admin An `AdminClient`.
 * @param user `uid`, `name`, and `avatar` or nothing.
 * @param at When the service changed the user, in milliseconds since 1970; it is kept in the metadata.
 */
export async function keep(admin, { uid, name, avatar }, at) {
  const before = await admin.getUser(uid).catch((error) => {
    if (error.code !== "ERR_UID_NOT_FOUND") throw error;
  });
  if ((before?.metadata?.syncedAt ?? 0) >= at) return "unchanged";
  const user = { uid, name, metadata: { ...before?.metadata, syncedAt: at } };
  // An empty text clears the picture of a user that has one.
  if (avatar || before?.avatar) user.avatar = avatar ?? "";
  try {
    const { created } = await admin.upsertUser(user);
    return created ? "created" : "updated";
  } catch (error) {
    // A deactivated user keeps its uid: an event that comes late does not bring it back.
    if (error.code === "ERR_UID_ALREADY_EXISTS") return "unchanged";
    throw error;
  }
}

/** Deactivates a user that is deleted at the sign-in service: its messages stay. */
export async function leave(admin, uid) {
  const [{ outcome }] = await admin.deactivateUsers([uid]);
  return outcome;
}
