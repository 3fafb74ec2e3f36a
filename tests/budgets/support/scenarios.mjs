// The calls that have a budget: the call, the service's answer, and the code of its failure, if it fails.

export const small = { uid: "usr1", name: "Kevin" };
const full = {
  ...small,
  avatar: "https://example.com/pictures/kevin.png",
  link: "https://example.com/people/kevin",
  role: "default",
  statusMessage: "in a meeting until noon",
  tags: Array.from({ length: 25 }, (_, index) => `department-${index}`),
  metadata: {
    notes: Array.from({ length: 100 }, (_, index) => `note ${index}: some words to keep`),
  },
};

const reply = (data, status = 200) => new Response(JSON.stringify(data), { status });
export const user = (fields) => () =>
  reply({ data: { ...fields, status: "offline", createdAt: 1772166128 } });
const refused = () =>
  reply(
    {
      error: {
        code: "ERR_BAD_REQUEST",
        message: "The request is wrong.",
        details: { uid: ["is wrong"], name: ["is wrong"] },
      },
    },
    400,
  );

/**
 * @typedef {{ answer: () => Response, call: (client) => Promise<unknown>, code?: string }} Scenario
 *
 * @type {Record<string, Scenario>}
 */
export const SCENARIOS = {
  "createUser, small": {
    answer: user(small),
    call: (client) => client.createUser(small, "key"),
  },
  "createUser, full": {
    answer: user(full),
    call: (client) => client.createUser(full, "key"),
  },
  "updateUser, small": {
    answer: user(small),
    call: (client) => client.updateUser(small, "key"),
  },
  "updateUser, full": {
    answer: user(full),
    call: (client) => client.updateUser(full, "key"),
  },
  "updateCurrentUserDetails, small": {
    answer: user(small),
    call: (client) => client.updateCurrentUserDetails({ name: "Kevin" }),
  },
  "createUser, refused by the service": {
    answer: refused,
    call: (client) => client.createUser(small, "key"),
    code: "ERR_BAD_REQUEST",
  },
  "createUser, refused before it is sent": {
    answer: user(small),
    call: (client) => client.createUser({ uid: "no uid", name: "" }, "key"),
    code: "INVALID_UID",
  },
  "createUser, reply that is none": {
    answer: () => new Response("<html>", { status: 400 }),
    call: (client) => client.createUser(small, "key"),
    code: "INVALID_RESPONSE",
  },
};
