// What `AdminClient` sends, when it stops sending, and what it makes of replies that an emulator does not give.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AdminClient, CometChatException, User, validateUser } from "cometchat-users/server";
import { recordingFetch, reply } from "../support/fetches.mjs";

const REST_API_KEY = "f0".repeat(20);
const refusal = (code, status) => reply({ error: { code, message: "Refused." } }, { status });
const USER = { uid: "kevin", name: "Kevin" };

function client(answer, options) {
  const recorded = recordingFetch(answer);
  const settings = { region: "us", fetch: recorded.fetch, ...options };
  return { admin: new AdminClient("app", REST_API_KEY, settings), requests: recorded.requests };
}

/** Answers as the service: each request by its method and path. */
const service = (routes) => (request) => {
  const { pathname } = new URL(request.url);
  return routes[`${request.method} ${pathname.replace("/v3.0", "")}`](request);
};

test("each request goes to the REST host with the REST API key", async () => {
  const { admin, requests } = client();
  await admin.createUser({ ...USER, role: "manager" }, { withAuthToken: true });
  await admin.getUser("kevin", { onBehalfOf: "lisa" });
  await admin.deleteUser("kevin", { permanent: true });
  const base = "https://app.api-us.cometchat.io/v3.0/users";
  assert.deepEqual(
    requests.map(({ method, url, body }) => [method, url, body]),
    [
      ["POST", base, { ...USER, role: "manager", withAuthToken: true }],
      ["GET", `${base}/kevin`, undefined],
      ["DELETE", `${base}/kevin`, { permanent: true }],
    ],
  );
  for (const { headers } of requests) {
    assert.deepEqual([headers.apiKey, headers.appId], [REST_API_KEY, "app"]);
    assert.equal(headers.authToken, undefined);
  }
  assert.deepEqual(
    requests.map(({ headers }) => headers.onBehalfOf),
    [undefined, "lisa", undefined],
  );
});

test("unset is sent as the service takes it: three fields in a list, the others empty", async () => {
  const { admin, requests } = client();
  await admin.updateUser(USER, { unset: ["avatar", "link", "metadata", "statusMessage", "tags"] });
  assert.deepEqual(requests[0].body, {
    name: "Kevin",
    unset: ["avatar", "link", "metadata"],
    statusMessage: "",
    tags: [],
  });
});

test("what cannot be unset, or is set as well, is refused before anything is sent", async () => {
  const { admin, requests } = client();
  for (const [user, unset] of [
    [USER, ["name"]],
    [USER, ["uid"]],
    [USER, "avatar"],
    [USER, [5]],
    [{ ...USER, metadata: { a: 1 } }, ["metadata"]],
    [{ ...USER, tags: [] }, ["tags"]],
  ]) {
    await assert.rejects(admin.updateUser(user, { unset }), { code: "INVALID_OPTIONS" });
  }
  assert.equal(requests.length, 0);
});

test("filters are sent in the service's words", async () => {
  const { admin, requests } = client(() => reply({ data: [] }));
  const filter = {
    searchKey: "a&b=c d",
    searchIn: ["uid", "name"],
    status: "online",
    count: true,
    role: "manager",
    roles: ["one", "two"],
    tags: ["new", "käse"],
    uids: ["a", "b"],
    withTags: true,
    onlyDeactivated: false,
    withDeactivated: true,
    friendsOnly: true,
    hideBlockedUsers: false,
    sortBy: "name",
    sortOrder: "desc",
    onBehalfOf: "lisa",
  };
  await admin.listUsers(filter).page(2);
  const { searchParams } = new URL(requests[0].url);
  assert.deepEqual(
    [...searchParams],
    [
      ["searchKey", "a&b=c d"],
      ["searchIn[]", "uid"],
      ["searchIn[]", "name"],
      ["status", "available"],
      ["count", "true"],
      ["role", "manager"],
      ["roles[]", "one"],
      ["roles[]", "two"],
      ["tags", "new,käse"],
      ["uids", "a,b"],
      ["withTags", "true"],
      ["onlyDeactivated", "false"],
      ["withDeactivated", "true"],
      ["friendsOnly", "true"],
      ["hideBlockedUsers", "false"],
      ["sortBy", "name"],
      ["sortOrder", "desc"],
      ["perPage", "1000"],
      ["page", "2"],
    ],
  );
  assert.equal(requests[0].headers.onBehalfOf, "lisa");
});

test("a filter that is none is refused before anything is sent", async () => {
  const { admin, requests } = client();
  for (const filter of [
    5,
    { searchKey: 5 },
    { searchIn: ["email"] },
    { searchIn: "uid" },
    { status: "away" },
    { roles: [5] },
    { tags: ["a,b"] },
    { uids: "a" },
    { sortBy: "uid" },
    { sortOrder: true },
    { withTags: "yes" },
    { perPage: 0 },
    { perPage: 1_001 },
    { perPage: 1.5 },
  ]) {
    await assert.rejects(admin.listUsers(filter).page(1), { code: "INVALID_OPTIONS" });
  }
  await assert.rejects(admin.listUsers({ onBehalfOf: "a b" }).page(1), { code: "INVALID_UID" });
  assert.equal(requests.length, 0);
});

/** Pages of so many users each; `meta` as the service may give it, or not. */
function pages(sizes, meta = () => undefined) {
  return ({ url }) => {
    const page = Number(new URL(url).searchParams.get("page"));
    const data = Array.from({ length: sizes[page - 1] ?? 0 }, (_, at) => ({
      uid: `u${page}-${at}`,
      name: "N",
    }));
    return reply({ data, meta: meta(page, data.length) });
  };
}

test("a list is fetched page by page, and ends where a page is not full", async () => {
  const { admin, requests } = client(pages([3, 3, 1]));
  const uids = [];
  for await (const { uid } of admin.listUsers({ perPage: 3 })) uids.push(uid);
  assert.deepEqual([uids.length, requests.length], [7, 3]);
});

test("a list that ends with a full page needs no further request where the service counts", async () => {
  const counted = (page, count) => ({
    pagination: { total: 6, count, per_page: 3, current_page: page, total_pages: 2 },
  });
  for (const [meta, wanted] of [
    [counted, 2],
    // The documentation's own example has a total of 0 beside five users.
    [(_, count) => ({ pagination: { total: 0, count, per_page: 3, total_pages: 1 } }), 3],
    [undefined, 3],
  ]) {
    const { admin, requests } = client(pages([3, 3], meta));
    let count = 0;
    for await (const _ of admin.listUsers({ perPage: 3 })) count++;
    assert.deepEqual([count, requests.length], [6, wanted]);
  }
});

test("a service with smaller pages than it was asked for is read to its end", async () => {
  const smaller = (page, count) => ({
    pagination: { total: 0, count, per_page: 2, current_page: page, total_pages: 2 },
  });
  const { admin } = client(pages([2, 2, 1], smaller));
  let count = 0;
  for await (const _ of admin.listUsers()) count++;
  assert.equal(count, 5);
});

test("a list fetches nothing before it is read, and one page for who reads no further", async () => {
  const { admin, requests } = client(pages([2, 2, 2, 2]));
  const list = admin.listUsers({ perPage: 2 });
  assert.equal(requests.length, 0);
  for await (const _ of list) break;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(requests.length, 1);
});

test("from the second page on the next is fetched ahead, and taken back when the loop ends", async () => {
  const answer = pages([2, 2, 2, 2]);
  const signals = [];
  const fetch = async (url, { signal }) => {
    signals.push(signal);
    if (!url.endsWith("page=3")) return answer({ url });
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason)),
    );
  };
  for (const options of [undefined, { signal: new AbortController().signal }]) {
    signals.length = 0;
    const admin = new AdminClient("app", REST_API_KEY, { region: "us", fetch });
    let seen = 0;
    for await (const _ of admin.listUsers({ perPage: 2 }, options)) {
      seen++;
      if (seen === 3) break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual([signals.length, signals.at(-1).aborted], [3, true]);
  }
});

test("a page that fails ahead fails when the loop comes to it", async () => {
  const answer = pages([2, 2, 2, 2]);
  const { admin } = client(({ url }) =>
    url.endsWith("page=3") ? refusal("ERR_MADE_UP", 400) : answer({ url }),
  );
  const uids = [];
  const read = async () => {
    for await (const { uid } of admin.listUsers({ perPage: 2 })) {
      uids.push(uid);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await assert.rejects(read(), { code: "ERR_MADE_UP" });
  assert.equal(uids.length, 4);
});

test("an abort ends a list between its pages", async () => {
  const wrong = client(pages([2])).admin.listUsers({}, { signal: "no signal" });
  await assert.rejects(wrong.page(1), { code: "INVALID_OPTIONS" });
  const controller = new AbortController();
  const { admin, requests } = client(pages([2, 2, 2, 2]));
  const read = async () => {
    let seen = 0;
    for await (const _ of admin.listUsers({ perPage: 2 }, { signal: controller.signal })) {
      seen++;
      if (seen === 2) controller.abort();
    }
  };
  await assert.rejects(read(), { code: "REQUEST_ABORTED" });
  assert.equal(requests.length, 1);
});

test("a page with something else than users is refused", async () => {
  for (const data of [[5], [null], [[]], [{ uid: "a" }], {}, "users"]) {
    const { admin } = client(() => reply({ data }));
    await assert.rejects(admin.listUsers().page(1), { code: "INVALID_RESPONSE", status: 200 });
  }
});

test("a page of 1,000 large users is not too large", async () => {
  const metadata = { text: "x".repeat(5_000) };
  const { admin } = client(() =>
    reply({
      data: Array.from({ length: 1_000 }, (_, at) => ({ uid: `u${at}`, name: "N", metadata })),
    }),
  );
  assert.equal((await admin.listUsers().page(1)).users.length, 1_000);
});

test("uids are sent 25 a request, and a wrong one before the first", async () => {
  const { admin, requests } = client(({ body }) =>
    reply({ data: { deactivatedUids: body.uidsToDeactivate } }),
  );
  const uids = Array.from({ length: 60 }, (_, at) => `u${at}`);
  assert.equal((await admin.deactivateUsers(uids)).length, 60);
  assert.deepEqual(
    requests.map(({ body }) => body.uidsToDeactivate.length),
    [25, 25, 10],
  );
  const wrong = admin.deactivateUsers(["fine", "not fine", "fine", 5]);
  await assert.rejects(wrong, (error) => {
    assert.equal(error.code, "INVALID_UID");
    assert.deepEqual(Object.keys(error.fieldErrors), ["uid.1", "uid.3"]);
    return true;
  });
  await assert.rejects(admin.deactivateUsers("kevin"), { code: "INVALID_OPTIONS" });
  assert.equal(requests.length, 3);
});

test("a uid of which the service says nothing has an unknown outcome", async () => {
  const { admin } = client(() => reply({ data: { deactivatedUids: ["a"] } }));
  assert.deepEqual(await admin.deactivateUsers(["A", "b"]), [
    { uid: "A", outcome: "deactivated" },
    { uid: "b", outcome: "unknown" },
  ]);
});

test("blocks and unblocks on behalf of a user", async () => {
  const { admin, requests } = client(({ body }) =>
    reply({
      data: Object.fromEntries(
        body.blockedUids.map((uid) => [
          uid.toLowerCase(),
          uid === "nobody"
            ? { success: false, error: { code: "ERR_UID_NOT_FOUND", message: "No such user." } }
            : { success: true, message: "Done." },
        ]),
      ),
    }),
  );
  assert.deepEqual(await admin.blockUsers("kevin", ["Lisa", "nobody"]), [
    { uid: "Lisa", outcome: "blocked", message: "Done." },
    { uid: "nobody", outcome: "failed", message: "No such user." },
  ]);
  assert.deepEqual(await admin.unblockUsers("kevin", ["lisa"]), [
    { uid: "lisa", outcome: "unblocked", message: "Done." },
  ]);
  const base = "https://app.api-us.cometchat.io/v3.0/users/kevin/blockedusers";
  assert.deepEqual(
    requests.map(({ method, url, body }) => [method, url, body]),
    [
      ["POST", base, { blockedUids: ["Lisa", "nobody"] }],
      ["DELETE", base, { blockedUids: ["lisa"] }],
    ],
  );
});

test("lists whom a user has blocked", async () => {
  const { admin, requests } = client(() => reply({ data: [{ uid: "lisa", name: "Lisa" }] }));
  const uids = [];
  for await (const user of admin.listBlockedUsers("kevin", { direction: "blockedByMe" })) {
    assert.ok(user instanceof User);
    uids.push(user.uid);
  }
  assert.deepEqual(uids, ["lisa"]);
  const { pathname, search } = new URL(requests[0].url);
  assert.equal(
    pathname + search,
    "/v3.0/users/kevin/blockedusers?direction=blockedByMe&perPage=1000&page=1",
  );
});

test("imports fifty a request, and says what became of each in the order given", async () => {
  const { admin, requests } = client(({ body }) => {
    const entries = Object.entries(body.users).map(([uid, user]) => [
      uid.toLowerCase(),
      uid === "u3"
        ? { success: false, error: { code: "ERR_UID_ALREADY_EXISTS", message: "It is there." } }
        : { success: true, data: { ...user, uid: uid.toLowerCase() } },
    ]);
    return reply({ data: Object.fromEntries(entries) });
  });
  const metadata = { a: { b: '"' } };
  const users = [
    { uid: "U0", name: "Zero", createdAt: 1673421419, lastActiveAt: 5, deactivatedAt: 6, metadata },
    { uid: "not a uid", name: "N" },
    { uid: "u0", name: "Twice" },
    ...Array.from({ length: 60 }, (_, at) => ({ uid: `u${at + 1}`, name: "N" })),
    { uid: "__proto__", name: "Odd" },
  ];
  const outcomes = await admin.importUsers(users);
  assert.deepEqual(
    requests.map(({ url, method, body }) => [
      method,
      new URL(url).pathname,
      Object.keys(body.users).length,
    ]),
    [
      ["POST", "/v3.0/data_import/users", 50],
      ["POST", "/v3.0/data_import/users", 12],
    ],
  );
  assert.deepEqual(requests[0].body.users.U0, users[0]);
  assert.deepEqual(
    outcomes.map(({ uid }) => uid),
    users.map(({ uid }) => uid),
  );
  const failed = outcomes.filter(({ error }) => error);
  assert.deepEqual(
    failed.map(({ uid, error }) => [uid, error.code]),
    [
      ["not a uid", "INVALID_UID"],
      ["u0", "INVALID_UID"],
      ["u3", "ERR_UID_ALREADY_EXISTS"],
    ],
  );
  for (const { user, error } of outcomes) {
    assert.ok(error ? error instanceof CometChatException : user instanceof User);
  }
  assert.deepEqual(outcomes[0].user.metadata, metadata);
});

test("an import takes no times that are none", async () => {
  const { admin, requests } = client();
  for (const createdAt of ["yesterday", -1, 1.5, Number.NaN, new Date()]) {
    const [{ error }] = await admin.importUsers([{ ...USER, createdAt }]);
    assert.equal(error.code, "INVALID_OPTIONS");
    assert.match(error.message, /^createdAt /);
  }
  assert.equal(requests.length, 0);
});

test("an import whose first request fails rejects; a later one leaves what was imported told", async () => {
  const users = Array.from({ length: 120 }, (_, at) => ({ uid: `u${at}`, name: "N" }));
  const done = ({ body }) =>
    reply({
      data: Object.fromEntries(
        Object.entries(body.users).map(([uid, data]) => [uid, { success: true, data }]),
      ),
    });
  const first = client(() => refusal("AUTH_ERR_APIKEY_NOT_FOUND", 401));
  await assert.rejects(first.admin.importUsers(users), { code: "AUTH_ERR_APIKEY_NOT_FOUND" });
  let count = 0;
  const second = client((request) => (++count === 2 ? refusal("ERR_MADE_UP", 400) : done(request)));
  const outcomes = await second.admin.importUsers(users);
  assert.deepEqual(
    [outcomes.filter(({ user }) => user).length, outcomes.filter(({ error }) => error).length],
    [50, 70],
  );
  assert.ok(outcomes[119].error instanceof CometChatException);
  assert.equal(count, 2);
});

// ---------------------------------------------------------------------------------- upsert's races
test("an upsert that loses the race to create updates after all", async () => {
  let exists = false;
  const { admin, requests } = client(
    service({
      "PUT /users/kevin": ({ body }) =>
        exists ? reply({ data: { ...USER, ...body } }) : refusal("ERR_UID_NOT_FOUND", 404),
      "POST /users": () => {
        exists = true;
        return refusal("ERR_UID_ALREADY_EXISTS", 400);
      },
    }),
  );
  const { user, created } = await admin.upsertUser({ uid: "kevin", name: "Mine" });
  assert.deepEqual([user.name, created], ["Mine", false]);
  assert.deepEqual(
    requests.map(({ method }) => method),
    ["PUT", "POST", "PUT"],
  );
});

test("an upsert whose creation landed without an answer created the user", async () => {
  let count = 0;
  const { admin } = client(
    service({
      "PUT /users/kevin": ({ body }) =>
        count > 1 ? reply({ data: { ...USER, ...body } }) : refusal("ERR_UID_NOT_FOUND", 404),
      "POST /users": () => {
        count++;
        if (count === 1) throw new TypeError("the connection was reset");
        return refusal("ERR_UID_ALREADY_EXISTS", 400);
      },
    }),
  );
  assert.equal((await admin.upsertUser(USER)).created, true);
});

test("a user that is neither there nor not ends an upsert after three rounds", async () => {
  for (const call of ["upsertUser", "getOrCreateUser"]) {
    const { admin, requests } = client(({ method }) =>
      method === "POST"
        ? refusal("ERR_UID_ALREADY_EXISTS", 400)
        : refusal("ERR_UID_NOT_FOUND", 404),
    );
    await assert.rejects(admin[call](USER), { code: "ERR_UID_ALREADY_EXISTS" });
    assert.equal(requests.length, 6);
  }
});

test("an upsert creates what it would update to, without what it would clear", async () => {
  const { admin, requests } = client(
    service({
      "PUT /users/Kevin": () => refusal("ERR_UID_NOT_FOUND", 404),
      "POST /users": ({ body }) => reply({ data: body }),
    }),
  );
  const empty = { avatar: "", link: "", statusMessage: "", tags: [], metadata: {} };
  await admin.upsertUser({ uid: "Kevin", name: "Kevin", role: "r", ...empty });
  assert.deepEqual(requests[0].body, { name: "Kevin", role: "r", ...empty });
  assert.deepEqual(requests[1].body, { uid: "Kevin", name: "Kevin", role: "r" });
  await assert.rejects(admin.upsertUser({ uid: "a b" }), (error) => {
    assert.deepEqual(Object.keys(error.fieldErrors), ["uid", "name"]);
    return true;
  });
});

test("one time limit holds for all steps of a call", async () => {
  const { admin, requests } = client(async ({ method }) => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    return method === "POST" ? reply({ data: USER }) : refusal("ERR_UID_NOT_FOUND", 404);
  });
  await assert.rejects(admin.upsertUser(USER, { timeoutMs: 200 }), { code: "REQUEST_TIMEOUT" });
  assert.equal(requests.length, 2);
});

// --------------------------------------------------------------------------------------- settings
test("wrong settings are reported by the first call, and say what is wrong", async () => {
  const { fetch, requests } = recordingFetch();
  for (const [appId, key, options, code, message] of [
    ["", "key", { region: "us" }, "MISSING_PARAMETERS", /appId/],
    ["app", "", { region: "us" }, "MISSING_PARAMETERS", /REST API key/],
    ["app", undefined, { region: "us" }, "MISSING_PARAMETERS", /REST API key/],
    ["app", "a b", { region: "us" }, "INVALID_SETTINGS", /REST API key/],
    ["app", "key", {}, "MISSING_PARAMETERS", /region/],
    ["app", "key", undefined, "MISSING_PARAMETERS", /region/],
    ["app", "key", { region: "us", perMinute: 0 }, "INVALID_SETTINGS", /perMinute/],
    ["app", "key", { region: "us", perMinute: { core: "9" } }, "INVALID_SETTINGS", /perMinute/],
    ["app", "key", { emulator: "ftp://x" }, "INVALID_SETTINGS", /emulator/],
    ["app", "key", { region: "us", timeoutMs: 0 }, "INVALID_SETTINGS", /timeoutMs/],
  ]) {
    const admin = new AdminClient(appId, key, options && { fetch, ...options });
    await assert.rejects(admin.getUser("kevin"), (error) => {
      assert.ok(error instanceof CometChatException);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  }
  assert.equal(requests.length, 0);
});

test("in a web page it refuses to be made, unless it is an internal tool", async (t) => {
  t.after(() => {
    delete globalThis.window;
    delete globalThis.document;
  });
  globalThis.window = globalThis;
  assert.ok(new AdminClient("app", REST_API_KEY, { region: "us" }));
  globalThis.document = {};
  assert.throws(
    () => new AdminClient("app", REST_API_KEY, { region: "us" }),
    (error) => {
      assert.ok(error instanceof CometChatException);
      assert.equal(error.code, "REST_API_KEY_IN_PAGE");
      return true;
    },
  );
  const { fetch } = recordingFetch();
  const allowed = { region: "us", fetch, allowInBrowser: true };
  const user = await new AdminClient("app", REST_API_KEY, allowed).getUser("u");
  assert.equal(user.uid, "u");
});

test("clients share neither keys nor hosts", async () => {
  const { fetch, requests } = recordingFetch();
  const one = new AdminClient("one", "key-of-one", { region: "us", fetch });
  const two = new AdminClient("two", "key-of-two", { region: "eu", fetch });
  await Promise.all([one.getUser("a"), two.getUser("a"), one.getUser("b")]);
  assert.deepEqual(
    requests.map(({ url, headers }) => [new URL(url).host, headers.apiKey]).toSorted(),
    [
      ["one.api-us.cometchat.io", "key-of-one"],
      ["one.api-us.cometchat.io", "key-of-one"],
      ["two.api-eu.cometchat.io", "key-of-two"],
    ],
  );
});

// ------------------------------------------------------------------------------------- validation
test("validateUser tells every broken rule, with its limit", async () => {
  const broken = await validateUser({
    uid: "a b",
    name: "n".repeat(101),
    avatar: "nope",
    tags: ["", 5, "t".repeat(101)],
    metadata: { text: "x".repeat(6_000) },
  });
  assert.deepEqual(
    broken.map(({ field, rule, limit }) => [field, rule, limit]),
    [
      ["uid", "alphaDash", undefined],
      ["name", "maxLength", 100],
      ["avatar", "url", undefined],
      ["metadata", "maxBytes", 5_120],
      ["tags.0", "notBlank", undefined],
      ["tags.1", "text", undefined],
      ["tags.2", "maxLength", 100],
    ],
  );
  for (const { field, message } of broken) assert.ok(message.startsWith(`${field} `), message);
});

test("validateUser knows what a creation needs and an update does not", async () => {
  assert.deepEqual(await validateUser(USER), []);
  assert.deepEqual(await validateUser({ uid: "kevin", avatar: "" }, "update"), []);
  const rules = async (...given) => (await validateUser(...given)).map(({ rule }) => rule);
  assert.deepEqual(await rules({ avatar: "" }), ["required", "required", "notBlank"]);
  assert.deepEqual(await rules({ tags: 5, metadata: [] }, "update"), [
    "required",
    "object",
    "list",
  ]);
  assert.deepEqual(await rules({ ...USER, tags: Array(26).fill("t") }), ["maxItems"]);
  await assert.rejects(validateUser(5), { code: "MISSING_PARAMETERS" });
  await assert.rejects(validateUser(USER, "delete"), { code: "INVALID_OPTIONS" });
});
