// What the tests of the emulator's package share.

/** Where CometChat's API is, for an app with the id of the default. */
export const REST = "https://app.api-us.cometchat.io/v3";

/** Has an emulator closed at the end of a test. */
export function closing(t, emulator) {
  t.after(() => emulator.close());
  return emulator;
}

/** The uids of an app, in order. */
export const uidsOf = async (emulator, options) =>
  (await emulator.users(options)).map(({ uid }) => uid);
