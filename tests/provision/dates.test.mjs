// `preserveDates`: users keep the times that they come with, 50 a request.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { provisionUsers } from "cometchat-users/provision";
import { AdminClient } from "cometchat-users/server";
import { begin, folder, sum, UNLIMITED } from "./support/provision.mjs";

/** The service's route for imports, over a map of users: the answer has each user's outcome. */
async function beginImports(t, existing = []) {
  const { emulator } = await begin(t);
  const users = new Map(existing.map((user) => [user.uid, user]));
  const requests = [];
  let lost = 0;
  const fetch = async (url, init) => {
    if (init.method === "GET" && /\/users\/[^/?]+$/.test(url)) {
      const user = users.get(url.split("/").at(-1));
      if (user) return Response.json({ data: user });
    }
    if (!url.endsWith("/data_import/users")) return emulator.fetch(url, init);
    const body = JSON.parse(init.body);
    requests.push(Object.keys(body.users));
    const data = {};
    for (const [uid, user] of Object.entries(body.users)) {
      if (users.has(uid)) {
        const error = { code: "ERR_UID_ALREADY_EXISTS", message: `The uid ${uid} already exists.` };
        data[uid] = { success: false, error };
      } else {
        users.set(uid, user);
        data[uid] = { success: true, data: user };
      }
    }
    if (lost-- > 0) throw new TypeError("fetch failed");
    return Response.json({ data });
  };
  const admin = new AdminClient(emulator.appId, emulator.restApiKey, {
    region: "us",
    fetch,
    perMinute: UNLIMITED,
  });
  const lose = (count) => {
    lost = count;
  };
  return { admin, users, requests, lose };
}

const rows = (count) =>
  Array.from({ length: count }, (_, index) => ({
    uid: `u${index}`,
    name: "U",
    createdAt: 1000 + index,
  }));

describe("an import with dates", () => {
  test("reads them as seconds, milliseconds and ISO 8601, and refuses others by row and column", async (t) => {
    const { admin, users } = await beginImports(t);
    const text =
      "uid,name,created_at,lastActiveAt\n" +
      "u1,One,2024-05-17T09:30:00Z,1715938200\nu2,Two,1715938200000,\nu3,Three,yesterday,\nu4,Four,2024-05-17,\n";
    const report = await provisionUsers([text], { admin, preserveDates: true });
    assert.equal(report.created, 3, JSON.stringify(report));
    assert.deepEqual(
      [users.get("u1").createdAt, users.get("u1").lastActiveAt],
      [1715938200, 1715938200],
    );
    assert.equal(users.get("u2").createdAt, 1715938200);
    assert.equal(users.get("u4").createdAt, Date.UTC(2024, 4, 17) / 1000);
    const [{ row, column, message }] = report.failures;
    assert.deepEqual([row, column], [3, "created_at"]);
    assert.match(message, /no date/);
  });

  test("sends 50 users a request, and tells those that fail one by one", async (t) => {
    const { admin, users, requests } = await beginImports(t, [{ uid: "u7", name: "Old" }]);
    const report = await provisionUsers(rows(120), { admin, preserveDates: true });
    assert.deepEqual(
      requests.map(({ length }) => length),
      [50, 50, 20],
    );
    assert.deepEqual([report.created, report.failed, users.size], [119, 1, 120]);
    assert.equal(report.failures[0].row, 8);
    assert.equal(sum(report), report.rows);
    const again = await provisionUsers(rows(120), {
      admin,
      preserveDates: true,
      mode: "skip-existing",
    });
    assert.deepEqual([again.created, again.skipped], [0, 120]);
  });

  test("counts as created what a lost answer had created, also when it is resumed", async (t) => {
    const { admin, lose, users } = await beginImports(t);
    const { of } = folder(t);
    const options = { admin, preserveDates: true, journal: of("run.journal"), maxRetries: 0 };
    lose(1);
    const first = await provisionUsers(rows(60), { ...options, concurrency: 1 });
    assert.deepEqual([first.created, first.failed, users.size], [10, 50, 60]);
    const whole = await provisionUsers(rows(60), { ...options, resume: true });
    assert.deepEqual([whole.created, whole.failed], [60, 0], JSON.stringify(whole));
  });

  test("does not go with a mode that updates", async (t) => {
    const { admin } = await beginImports(t);
    for (const mode of ["update", "upsert"]) {
      await assert.rejects(provisionUsers([], { admin, preserveDates: true, mode }), {
        code: "INVALID_OPTIONS",
      });
    }
  });
});
