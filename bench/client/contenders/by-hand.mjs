// The `fetch` of a few lines that people write instead of using a package: it makes the request and tells
// success from failure, without checks, time limit, retries or session.

let url = "https://app.api-us.cometchat.io/v3.0/users";

/** @param {string} [base] Another address than the service's. */
export async function init(base) {
  if (base) url = `${base}/users`;
}

export async function createUser(fields, options) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      appId: "app",
      apiKey: "key",
    },
    body: JSON.stringify(fields),
    ...options,
  });
  const { data, error } = await response.json();
  if (!response.ok) throw Object.assign(new Error(error.message), error);
  return data;
}
