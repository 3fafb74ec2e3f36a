// The secrets that the fault suite works with, and the search for them in whatever was shown. Each is
// made up, and looks as the service's own do.

/** By name, so that a find can be reported without showing it. */
export const SECRETS = {
  "auth key": "c0ffee00a1b2c3d4e5f60718293a4b5c6d7e8f90",
  "session token": "user1_1630306819c3027ce530b2367f3c97b4106f0cb8",
  "fresh token": "user1_1730306819d4138df641c3478a4daa8c5217a1dc",
  jwt: "eyJhbGciOiJIUzI1NiJ9.eyJ1aWQiOiJ1c2VyMSJ9.c2lnbmF0dXJlLW9mLXRoZS1qd3Q",
  fat: "fat-77d1f0a9c4be4c1e9b1d2a8e5c6f7081",
  "wsChannel secret": "ws-5c2d8e1f7a904b3695d2e1c0a7b8f943",
};

export const AUTH_KEY = SECRETS["auth key"];
export const SESSION_TOKEN = SECRETS["session token"];
export const FRESH_TOKEN = SECRETS["fresh token"];

/** A part of a secret of this length counts as the secret: less opens nothing. */
const PART = 16;

/**
 * Names the secrets that stand in a text, whole or in large part.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function secretsIn(text) {
  return Object.entries(SECRETS)
    .filter(([, secret]) => {
      for (let start = 0; start + PART <= secret.length; start += 1) {
        if (text.includes(secret.slice(start, start + PART))) return true;
      }
      return false;
    })
    .map(([name]) => name);
}

/** A user's record in replies to a session, with everything that opens it. */
export const sessionUser = (authToken) => ({
  uid: "user1",
  name: "Kevin",
  role: "default",
  status: "available",
  createdAt: 1638354015,
  authToken,
  wsChannel: {
    identity: "[app]user1",
    secret: SECRETS["wsChannel secret"],
    service: "service.example",
  },
  jwt: SECRETS.jwt,
  fat: SECRETS.fat,
});
