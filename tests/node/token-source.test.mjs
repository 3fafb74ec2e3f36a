// `login({ tokenFrom })`: the token comes from a route of the app's backend or from a function, within the time limit
// and the signal of the call.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, CometChatException, load } from "cometchat-users";
import { recordingFetch, reply } from "../support/fetches.mjs";

const TOKEN = "kevin_1630306819c3027ce530b2367f3c97b4106f0cb8";
const ROUTE = "https://app.example.com/api/cometchat-token";

/** A client whose `fetch` answers the route as `answer` does, and the service as usual. */
function client(answer = () => reply({ authToken: TOKEN }), settings = {}) {
  const { fetch, requests } = recordingFetch((request) =>
    request.url === ROUTE
      ? answer(request)
      : reply({ data: { uid: "kevin", name: "Kevin", authToken: request.headers.authToken } }),
  );
  return { client: new Client("app", { region: "us", fetch, ...settings }), requests };
}

test("asks the route by POST, and logs in with the token that it gives", async () => {
  const { client: kevin, requests } = client();
  const user = await kevin.login({ tokenFrom: ROUTE });
  assert.equal(user.uid, "kevin");
  assert.deepEqual(
    requests.map(({ method, headers }) => [method, headers.authToken]),
    [
      ["POST", undefined],
      ["PUT", TOKEN],
    ],
  );
});

test("takes a URL and a function as well", async () => {
  for (const tokenFrom of [new URL(ROUTE), () => TOKEN, async () => TOKEN]) {
    const { client: kevin } = client();
    assert.equal((await kevin.login({ tokenFrom })).uid, "kevin");
  }
});

test("uses the global fetch, and works without the module loaded before", async (t) => {
  const { fetch } = recordingFetch(({ url }) =>
    url === ROUTE ? reply({ authToken: TOKEN }) : reply({ data: { uid: "kevin", name: "Kevin" } }),
  );
  t.mock.method(globalThis, "fetch", fetch);
  const kevin = new Client("app", { region: "us" });
  assert.equal((await kevin.login({ tokenFrom: ROUTE })).uid, "kevin");
});

test("a route that gives no token is one failure, with the reason", async () => {
  const cause = new Error("mine");
  for (const [answer, details] of [
    [() => reply({ error: {} }, { status: 401 }), /status 401/],
    [() => reply("<p>Not here</p>", { status: 404 }), /status 404/],
    [() => reply("<p>", {}), /JSON/],
    [() => Promise.reject(cause), /mine/],
  ]) {
    const { client: kevin, requests } = client(answer);
    await assert.rejects(kevin.login({ tokenFrom: ROUTE }), (error) => {
      assert.ok(error instanceof CometChatException);
      assert.deepEqual([error.code, error.retryable], ["FAILED_TO_FETCH", true]);
      assert.match(error.details, details);
      return true;
    });
    assert.equal(requests.length, 1);
  }
  const { client: kevin } = client();
  const failing = { tokenFrom: () => Promise.reject(cause) };
  await assert.rejects(kevin.login(failing), { code: "FAILED_TO_FETCH", cause });
});

test("what is no token is refused as any other", async () => {
  for (const [given, code] of [
    [undefined, "MISSING_PARAMETERS"],
    ["", "MISSING_PARAMETERS"],
    [5, "INVALID_AUTH_TOKEN"],
    ["a b", "INVALID_AUTH_TOKEN"],
  ]) {
    const { client: kevin } = client(() => reply({ authToken: given }));
    await assert.rejects(kevin.login({ tokenFrom: ROUTE }), { code });
  }
});

test("a route that never answers ends with the call's time limit or signal", async () => {
  await load();
  const { client: kevin } = client(() => new Promise(() => {}));
  await assert.rejects(kevin.login({ tokenFrom: ROUTE }, { timeoutMs: 50 }), {
    code: "REQUEST_TIMEOUT",
  });
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await assert.rejects(kevin.login({ tokenFrom: ROUTE }, { signal }), {
    code: "REQUEST_ABORTED",
    cause: reason,
  });
  const controller = new AbortController();
  const aborted = kevin.login({ tokenFrom: ROUTE }, { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 20);
  await assert.rejects(aborted, { code: "REQUEST_ABORTED", cause: reason });
});

test("the time that the token took counts as part of the call's", async () => {
  await load();
  const { client: kevin } = client(
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 80));
      return reply({ authToken: TOKEN });
    },
    { timeoutMs: 120 },
  );
  const slow = kevin.login({
    tokenFrom: async () => {
      await new Promise((resolve) => setTimeout(resolve, 80));
      return TOKEN;
    },
  });
  assert.equal((await slow).uid, "kevin");
  const { fetch } = recordingFetch(async () => {
    await new Promise((resolve) => setTimeout(resolve, 80));
    return reply({ data: { uid: "kevin", name: "Kevin" } });
  });
  const late = new Client("app", { region: "us", fetch, timeoutMs: 120 });
  const tokenFrom = async () => {
    await new Promise((resolve) => setTimeout(resolve, 80));
    return TOKEN;
  };
  await assert.rejects(late.login({ tokenFrom }), { code: "REQUEST_TIMEOUT" });
});
