import {
  CometChatException,
  connectEmulator,
  createUser,
  init,
  login,
  User,
  updateCurrentUserDetails,
  updateUser,
} from "cometchat-users";

export interface Settings {
  emulator?: string;
  appId: string;
  authKey: string;
  uid: string;
}
type Metadata = { department: string };
type Refusal = Pick<CometChatException, "code" | "status" | "attempts">;

/** Creates a user, changes it, signs it in, and lets it change itself. */
export async function calls({ emulator, appId, authKey, uid }: Settings) {
  if (emulator) connectEmulator(emulator);
  await init(appId, { region: "us" });

  const created: User = await createUser({ uid, name: "Kevin", tags: ["new"] }, authKey);
  const metadata: Metadata = { department: "sales" };
  const updated: User<Metadata> = await updateUser<Metadata>({ uid, metadata }, authKey);
  await login(uid, authKey);
  const current = await updateCurrentUserDetails({ statusMessage: "in a meeting" });

  const errors: Refusal[] = [];
  for (const refused of [uid, "not a uid"]) {
    await createUser({ uid: refused, name: "Kevin" }, authKey).catch((error: unknown) => {
      if (!(error instanceof CometChatException)) throw error;
      errors.push({ code: error.code, status: error.status, attempts: error.attempts });
    });
  }
  const users: User<object>[] = [created, updated, current];
  return { users, areUsers: users.every((user) => user instanceof User), errors };
}
