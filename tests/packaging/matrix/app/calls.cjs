const {
  CometChatException,
  connectEmulator,
  createUser,
  init,
  login,
  User,
  updateCurrentUserDetails,
  updateUser,
} = require("cometchat-users");

/** Creates a user, changes it, signs it in, and lets it change itself. */
exports.calls = async ({ emulator, appId, authKey, uid }) => {
  if (emulator) connectEmulator(emulator);
  await init(appId, { region: "us" });

  const created = await createUser({ uid, name: "Kevin", tags: ["new"] }, authKey);
  const updated = await updateUser({ uid, metadata: { department: "sales" } }, authKey);
  await login(uid, authKey);
  const current = await updateCurrentUserDetails({ statusMessage: "in a meeting" });

  const errors = [];
  for (const refused of [uid, "not a uid"]) {
    await createUser({ uid: refused, name: "Kevin" }, authKey).catch((error) => {
      if (!(error instanceof CometChatException)) throw error;
      errors.push({ code: error.code, status: error.status, attempts: error.attempts });
    });
  }
  const users = [created, updated, current];
  return { users, areUsers: users.every((user) => user instanceof User), errors };
};
