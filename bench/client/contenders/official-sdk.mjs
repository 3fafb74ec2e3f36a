// The few lines that use the official SDK, however it was loaded.

import { fill } from "../users.mjs";

export const officialSdk = (CometChat) => ({
  /** @param {string} [base] Another address than the service's. */
  async init(base) {
    if (base) redirect(base);
    const settings = new CometChat.AppSettingsBuilder()
      .setRegion("us")
      .autoEstablishSocketConnection(false)
      .build();
    await CometChat.init("app", settings);
  },
  createUser: (fields) => CometChat.createUser(fill(new CometChat.User(fields.uid), fields), "key"),
});

/** The SDK asks for `https` whatever host it is given, and for a referrer that only pages have. */
function redirect(base) {
  const { fetch } = globalThis;
  globalThis.fetch = (url, options) => {
    options.referrer = undefined;
    return fetch(base + url.slice(url.indexOf("/", 8) + "/v3.0".length), options);
  };
}
