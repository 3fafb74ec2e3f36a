// The limiter that all calls of an `AdminClient` share: no more requests in any minute than the service takes, and
// none while it has asked to wait.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AdminClient, validateUser } from "cometchat-users/server";
import { reply } from "../support/fetches.mjs";
import { useClock } from "./support/clock.mjs";

const USER = { uid: "kevin", name: "Kevin" };
const MINUTE = 60_000;

// The module is loaded before any clock is replaced.
await validateUser(USER);

/** A client on a clock of its own; `sent` has the time of each request. */
function client(t, options, answer = () => reply({ data: USER })) {
  const clock = useClock(t);
  const sent = [];
  const fetch = async (url, { method }) => {
    sent.push({ at: clock.now, method, path: new URL(url).pathname });
    return answer(sent.length, { method });
  };
  const settings = { region: "us", fetch, timeoutMs: 10 * MINUTE, ...options };
  return { admin: new AdminClient("app", "key", settings), clock, sent };
}

/** The most requests within any minute. */
const busiest = (times) =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + MINUTE).length));

const calls = (count, call) => Promise.all(Array.from({ length: count }, (_, at) => call(at)));

test("no minute has more requests than were allowed, and none is lost", async (t) => {
  const { admin, clock, sent } = client(t, { perMinute: 10 });
  let done = 0;
  const all = calls(35, () => admin.getUser("kevin").then(() => done++));
  await clock.pass(0);
  assert.equal(sent.length, 10);
  await clock.pass(MINUTE - 1);
  assert.equal(sent.length, 10);
  await clock.pass(3 * MINUTE);
  await all;
  const times = sent.map(({ at }) => at);
  assert.deepEqual([done, busiest(times)], [35, 10]);
  assert.ok(times.at(-1) - times[0] <= 3 * MINUTE, "it waits no longer than it has to");
});

test("a number counts all requests; core and standard ones are counted apart", async (t) => {
  const together = client(t, { perMinute: 4 });
  const mixed = ({ admin }) => [
    ...Array.from({ length: 5 }, () => admin.createUser(USER)),
    ...Array.from({ length: 5 }, () => admin.getUser("kevin")),
  ];
  const first = mixed(together);
  await together.clock.pass(0);
  assert.equal(together.sent.length, 4);
  await together.clock.pass(5 * MINUTE);
  await Promise.all(first);

  const apart = client(t, { perMinute: { core: 2, standard: 3 } });
  const second = mixed(apart);
  await apart.clock.pass(0);
  const count = (method) => apart.sent.filter((request) => request.method === method).length;
  assert.deepEqual([count("POST"), count("GET")], [2, 3]);
  await apart.clock.pass(5 * MINUTE);
  await Promise.all(second);
  for (const [method, most] of [
    ["POST", 2],
    ["GET", 3],
  ]) {
    const times = apart.sent.filter((request) => request.method === method).map(({ at }) => at);
    assert.equal(busiest(times), most);
  }
});

test("by default it keeps just below the service's limits", async (t) => {
  const { admin, clock, sent } = client(t, {});
  const controller = new AbortController();
  const { signal } = controller;
  const all = [
    calls(10_000, () => admin.createUser(USER, { signal }).catch(({ code }) => code)),
    calls(20_000, () => admin.getUser("k", { signal }).catch(({ code }) => code)),
  ];
  await clock.pass(0);
  const count = (method) => sent.filter((request) => request.method === method).length;
  assert.deepEqual([count("POST"), count("GET")], [9_900, 19_800]);
  controller.abort();
  const ended = (await Promise.all(all)).flat();
  assert.equal(ended.filter((code) => code === "REQUEST_ABORTED").length, 300);
});

test("imports have a limit of their own", async (t) => {
  const { admin, clock, sent } = client(t, {}, () =>
    reply({ data: { kevin: { success: true, data: USER } } }),
  );
  const all = calls(70, () => admin.importUsers([USER]));
  await clock.pass(0);
  assert.equal(sent.length, 59);
  await clock.pass(MINUTE);
  await all;
});

const limited = (headers) =>
  reply({ error: { code: "ERR_TOO_MANY_REQUESTS", message: "Wait." } }, { status: 429, headers });

test("a 429 has all calls wait until Retry-After is over, those that come later too", async (t) => {
  const { admin, clock, sent } = client(t, {}, (number) =>
    number === 1 ? limited({ "Retry-After": "30" }) : reply({ data: USER }),
  );
  const first = admin.getUser("a");
  await clock.pass(10_000);
  const others = [admin.getUser("b"), admin.createUser(USER), admin.importUsers([])];
  await clock.pass(19_000);
  assert.equal(sent.length, 1);
  await clock.pass(2_000);
  await Promise.all([first, ...others]);
  assert.deepEqual(
    sent.slice(1).map(({ at }) => at - sent[0].at >= 30_000),
    [true, true, true],
  );
});

test("calls that had a turn during a pause get another, within the limit", async (t) => {
  const { admin, clock, sent } = client(t, { perMinute: 5 }, (number) =>
    number === 5 ? limited({ "Retry-After": "90" }) : reply({ data: USER }),
  );
  const all = calls(20, () => admin.getUser("a"));
  await clock.pass(10 * MINUTE);
  await all;
  const times = sent.map(({ at }) => at);
  assert.equal(busiest(times), 5);
  assert.equal(times.filter((at) => at > times[0] && at < times[0] + 90_000).length, 0);
});

test("without Retry-After, X-Rate-Limit-Reset says how long", async (t) => {
  const { admin, clock, sent } = client(t, {}, (number) => {
    const reset = String(Math.floor(Date.now() / 1_000) + 20);
    return number === 1 ? limited({ "X-Rate-Limit-Reset": reset }) : reply({ data: USER });
  });
  const call = admin.getUser("a");
  await clock.pass(18_000);
  assert.equal(sent.length, 1);
  await clock.pass(3_000);
  await call;
  assert.equal(sent.length, 2);
});

test("a plan's lower limit is learnt from X-Rate-Limit, and only for its kind", async (t) => {
  const { admin, clock, sent } = client(t, {}, (_, { method }) =>
    reply({ data: USER }, { headers: method === "GET" ? { "X-Rate-Limit": "7" } : {} }),
  );
  await admin.getUser("a");
  const all = [calls(10, () => admin.getUser("a")), calls(10, () => admin.createUser(USER))];
  await clock.pass(0);
  const count = (method) => sent.filter((request) => request.method === method).length;
  assert.deepEqual([count("GET"), count("POST")], [7, 10]);
  await clock.pass(2 * MINUTE);
  await Promise.all(all);
});

test("a turn that comes too late fails at once, and says when to come back", async (t) => {
  const { admin, clock, sent } = client(t, { perMinute: 1, timeoutMs: 5_000 });
  await admin.getUser("a");
  await clock.pass(20_000);
  await assert.rejects(admin.getUser("b"), (error) => {
    assert.equal(error.code, "ERR_TOO_MANY_REQUESTS");
    assert.deepEqual([error.retryable, error.retryAfterMs, error.attempts], [true, 40_000, 0]);
    return true;
  });
  await clock.pass(40_000);
  await admin.getUser("c");
  assert.equal(sent.length, 2);
});

test("waiting for a turn counts in the time limit, and can be aborted", async (t) => {
  const { admin, clock, sent } = client(t, { perMinute: 1 });
  await admin.getUser("a");
  const controller = new AbortController();
  const aborted = admin.getUser("b", { signal: controller.signal });
  await clock.pass(30_000);
  controller.abort();
  await assert.rejects(aborted, { code: "REQUEST_ABORTED", attempts: 0 });
  assert.equal(sent.length, 1);
});

test("clients do not share their limits", async (t) => {
  const one = client(t, { perMinute: 1 });
  await one.admin.getUser("a");
  const two = client(t, { perMinute: 1 });
  await two.admin.getUser("a");
  assert.deepEqual([one.sent.length, two.sent.length], [1, 1]);
});
