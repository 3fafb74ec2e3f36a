// The package's main job as the text of a program, for every place in which the package has to work.

/** What {@link mainJob} prints. */
export const DONE = ["Kevin", "Kevin Fernandez", "Kevin F.", true];

/**
 * Statements that create, update and sign in a user, and let it update itself. They expect
 * `CometChat`, and leave what came back in `done`.
 *
 * @param {{ url: string, appId: string, authKey: string }} emulator
 * @param {string} uid A uid that nobody uses.
 */
export const mainJob = ({ url, appId, authKey }, uid) => `
  CometChat.connectEmulator(${JSON.stringify(url)});
  await CometChat.init(${JSON.stringify(appId)}, { region: "us" });
  const uid = ${JSON.stringify(uid)};
  const authKey = ${JSON.stringify(authKey)};
  const created = await CometChat.createUser(new CometChat.User(uid, "Kevin"), authKey);
  const updated = await CometChat.updateUser({ uid, name: "Kevin Fernandez" }, authKey);
  await CometChat.login(uid, authKey);
  const current = await CometChat.updateCurrentUserDetails({ name: "Kevin F." });
  const done = [
    created.getName(),
    updated.getName(),
    current.getName(),
    (await CometChat.getLoggedInUser()) instanceof CometChat.User,
  ];`;
