const { AdminClient, CometChatException, tokenHandler, User } = require("cometchat-users/server");

/** Creates a user, changes it, hands out a token for it, and lists it. */
exports.serverCalls = async function serverCalls({ emulator, appId, restApiKey, uid }) {
  const admin = new AdminClient(appId, restApiKey, { region: "us", emulator });

  const created = await admin.createUser({
    uid,
    name: "Kevin",
    tags: ["new"],
    link: "https://a.io",
  });
  const metadata = { department: "sales" };
  const updated = await admin.updateUser({ uid, metadata }, { unset: ["link"] });
  const { user } = await admin.upsertUser({ uid, name: "Kevin", statusMessage: "in a meeting" });

  const route = tokenHandler({ admin, identify: () => ({ uid, name: "Kevin" }) });
  const response = await route(new Request("https://app.example.com/", { method: "POST" }));
  const { authToken } = await response.json();
  const listed = [];
  for await (const { uid: found } of admin.listUsers({ searchKey: uid })) listed.push(found);
  if (!authToken.startsWith(uid) || listed[0] !== uid) throw new Error(`${authToken} ${listed}`);

  const errors = [];
  for (const refused of [uid, "not a uid"]) {
    await admin.createUser({ uid: refused, name: "Kevin" }).catch((error) => {
      if (!(error instanceof CometChatException)) throw error;
      errors.push({ code: error.code, status: error.status, attempts: error.attempts });
    });
  }
  const users = [created, updated, user];
  return { users, areUsers: users.every((one) => one instanceof User), errors };
};
