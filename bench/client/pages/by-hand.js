// The entry of a page without a package: the three functions as requests of a few lines.

let base;
let app;

async function request(method, path, credential, fields) {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      appId: app,
      ...credential,
    },
    body: JSON.stringify(fields),
  });
  const { data, error } = await response.json();
  if (!response.ok) throw Object.assign(new Error(error.message), error);
  return data;
}

globalThis.users = {
  init(appId, { region }) {
    app = appId;
    base = `https://${appId}.api-${region}.cometchat.io/v3.0`;
  },
  createUser: (fields, apiKey) => request("POST", "/users", { apiKey }, fields),
  updateUser: ({ uid, ...fields }, apiKey) =>
    request("PUT", `/users/${encodeURIComponent(uid)}`, { apiKey }, fields),
  updateCurrentUserDetails: (fields, authToken) => request("PUT", "/me", { authToken }, fields),
};
