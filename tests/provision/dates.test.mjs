// `preserveDates`: users keep the times that they come with, 50 a request.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { provisionUsers } from "cometchat-users/provision";
import { AdminClient } from "cometchat-users/server";
import { begin, command, folder, sum, UNLIMITED } from "./support/provision.mjs";

/** An emulator, the uids of each import that a client sends to it, and a way to lose the answers of some. */
async function beginImports(t, users = []) {
  const { emulator, url } = await begin(t, { users });
  const requests = [];
  let lost = 0;
  const fetch = async (url, init) => {
    const response = await emulator.fetch(url, init);
    if (url.endsWith("/data_import/users")) {
      requests.push(Object.keys(JSON.parse(init.body).users));
      if (lost-- > 0) throw new TypeError("fetch failed");
    }
    return response;
  };
  const admin = new AdminClient(emulator.appId, emulator.restApiKey, {
    region: "us",
    fetch,
    perMinute: UNLIMITED,
  });
  const lose = (count) => {
    lost = count;
  };
  const stored = async () => new Map((await emulator.users()).map((user) => [user.uid, user]));
  return { url, admin, stored, requests, lose };
}

const rows = (count) =>
  Array.from({ length: count }, (_, index) => ({
    uid: `u${index}`,
    name: "U",
    createdAt: 1000 + index,
  }));

describe("an import with dates", () => {
  test("reads them as seconds, milliseconds and ISO 8601, and refuses others by row and column", async (t) => {
    const { admin, stored } = await beginImports(t);
    const text =
      "uid,name,created_at,lastActiveAt\n" +
      "u1,One,2024-05-17T09:30:00Z,1715938200\nu2,Two,1715938200000,\nu3,Three,yesterday,\nu4,Four,2024-05-17,\n";
    const report = await provisionUsers([text], { admin, preserveDates: true });
    assert.equal(report.created, 3, JSON.stringify(report));
    const users = await stored();
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
    const { admin, stored, requests } = await beginImports(t, [{ uid: "u7", name: "Old" }]);
    const report = await provisionUsers(rows(120), { admin, preserveDates: true });
    assert.deepEqual(
      requests.map(({ length }) => length),
      [50, 50, 20],
    );
    const users = await stored();
    assert.deepEqual([report.created, report.failed, users.size], [119, 1, 120]);
    assert.deepEqual([users.get("u7").name, users.get("u119").createdAt], ["Old", 1119]);
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
    const { admin, lose, stored } = await beginImports(t);
    const { of } = folder(t);
    const options = { admin, preserveDates: true, journal: of("run.journal"), maxRetries: 0 };
    lose(1);
    const first = await provisionUsers(rows(60), { ...options, concurrency: 1 });
    const users = await stored();
    assert.deepEqual([first.created, first.failed, users.size], [10, 50, 60]);
    const whole = await provisionUsers(rows(60), { ...options, resume: true });
    assert.deepEqual([whole.created, whole.failed], [60, 0], JSON.stringify(whole));
  });

  test("is a flag of the command", async (t) => {
    const { url, stored } = await beginImports(t);
    const { path, write } = folder(t);
    const columns = "uid,name,createdAt,lastActiveAt,deactivatedAt";
    const file = write("users.csv", `${columns}\nu1,One,1000,2000,\nu2,Two,1001,,3000\n`);
    const args = ["import", file, "--preserve-dates", `--emulator=${url}`];
    const { code, stderr } = await command(path, args);
    assert.equal(code, 0, stderr);
    const users = await stored();
    const { createdAt, lastActiveAt } = users.get("u1");
    assert.deepEqual([createdAt, lastActiveAt], [1000, 2000]);
    assert.equal(users.get("u2").deactivatedAt, 3000);
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
