// Runs that are killed, interrupted, disturbed, resumed and undone: each row is there once, with its values.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { provisionUsers, undoProvision } from "cometchat-users/provision";
import { AdminClient } from "cometchat-users/server";
import {
  begin,
  command,
  csv,
  folder,
  start,
  stored,
  sum,
  UNLIMITED,
  user,
} from "./support/provision.mjs";

const range = (count) => Array.from({ length: count }, (_, index) => index);
const byUid = (a, b) => (a.uid < b.uid ? -1 : 1);

/** Every row is there once, with its values. */
async function assertAll(emulator, count) {
  const found = (await emulator.users()).map(stored).sort(byUid);
  assert.deepEqual(found, range(count).map(user).map(stored).sort(byUid));
}

describe("kill -9", () => {
  const table = { create: [10, 2500], upsert: [3, 900], "skip-existing": [3, 900] };
  for (const [mode, [most, count]] of Object.entries(table)) {
    test(`at ${most} random moments, and resumed after each: ${mode}`, async (t) => {
      const { emulator, url } = await begin(t);
      const { path, write } = folder(t);
      write("users.csv", csv(count));
      const args = ["import", "users.csv", "--mode", mode, `--emulator=${url}`, "--resume"];
      let kills = 0;
      let before = 0;
      // Each time it is killed a random number of requests after its first.
      while (kills < most) {
        const from = (await emulator.users()).length;
        const until = from + 1 + Math.floor(Math.random() * (count / (most + 2)));
        const { child, ended } = start(path, args);
        let isOver = false;
        void ended.then(() => {
          isOver = true;
        });
        while (!isOver && (await emulator.users()).length < Math.min(until, count)) {
          await new Promise((resolve) => setTimeout(resolve, 3));
        }
        child.kill("SIGKILL");
        const { signal, stderr } = await ended;
        assert.equal(signal, "SIGKILL", `it was over before kill ${kills + 1}: ${stderr}`);
        before = (await emulator.users()).length;
        kills++;
      }
      assert.ok(before > 0 && before < count, `${before} rows after all kills`);
      const { code, stdout, stderr } = await command(path, [...args, "--json"]);
      assert.equal(code, 0, stdout + stderr);
      const report = JSON.parse(stdout);
      // A user that a killed part created counts as created by the run, so that an undo takes it back.
      assert.equal(report.created, count, stdout);
      assert.equal(report.rows, count);
      assert.ok(report.resumed > 0);
      assert.equal(readdirSync(`${path}/.cometchat-users`).length, 1);
      await assertAll(emulator, count);
      const undone = await command(path, ["import", "--undo", report.run, `--emulator=${url}`]);
      assert.equal(undone.code, 0, undone.stderr);
      assert.equal((await emulator.users()).filter((found) => !found.deactivatedAt).length, 0);
    });
  }
});

test("with faults and lost answers it ends complete, and keeps to the limit", async (t) => {
  const count = 1600;
  const { emulator } = await begin(t);
  // Every faulty request is decided here: 5 % are answered with 500, 5 % lose their answer, half of these after
  // they were carried out; every 500th is told to wait for two seconds.
  let sent = 0;
  let pausedUntil = 0;
  let during = 0;
  let pauses = 0;
  let random = 17;
  const dice = () => {
    random = (Math.imul(random, 1103515245) + 12345) >>> 0;
    return random / 2 ** 32;
  };
  const concurrency = 16;
  let inFlight = 0;
  let inFlightAtPause = 0;
  const fetch = async (url, init) => {
    if (performance.now() < pausedUntil - 20) during++;
    inFlight++;
    try {
      sent++;
      if (sent % 500 === 0) {
        pauses++;
        during = 0;
        inFlightAtPause = inFlight;
        pausedUntil = performance.now() + 2000;
        const body = { error: { code: "ERR_TOO_MANY_REQUESTS", message: "Too many requests." } };
        return Response.json(body, { status: 429, headers: { "Retry-After": "2" } });
      }
      const roll = dice();
      if (roll < 0.05) {
        const body = { error: { code: "ERR_EXCEPTION", message: "Failed." } };
        return Response.json(body, { status: 500 });
      }
      if (roll < 0.075) throw new TypeError("fetch failed");
      const response = await emulator.fetch(url, init);
      if (roll < 0.1) throw new TypeError("fetch failed");
      return response;
    } finally {
      inFlight--;
      assert.ok(during <= inFlightAtPause, `${during} requests in a pause`);
    }
  };
  const admin = new AdminClient(emulator.appId, emulator.restApiKey, {
    region: "us",
    fetch,
    perMinute: UNLIMITED,
  });
  const report = await provisionUsers([csv(count)], { admin, concurrency });
  assert.equal(report.created, count, JSON.stringify(report));
  assert.equal(report.complete, true);
  assert.ok(pauses >= 3);
  await assertAll(emulator, count);
});

test("the limit of a minute is kept", async (t) => {
  const { emulator } = await begin(t);
  const sentAt = [];
  const stop = new AbortController();
  const admin = new AdminClient(emulator.appId, emulator.restApiKey, {
    region: "us",
    fetch: (url, init) => {
      if (init.method === "POST") sentAt.push(performance.now());
      // The next is due in a minute.
      if (sentAt.length === 100) setTimeout(() => stop.abort(), 500);
      return emulator.fetch(url, init);
    },
    perMinute: { core: 100 },
  });
  const report = await provisionUsers([csv(300)], {
    admin,
    signal: stop.signal,
  });
  assert.equal(sentAt.length, 100);
  assert.equal(report.created, 100);
  assert.equal(sum(report), report.rows);
  assert.equal(report.complete, false);
});

describe("a journal", () => {
  /** A run that was interrupted after some rows. */
  async function interrupted(t) {
    const { emulator, admin } = await begin(t);
    const { of, write } = folder(t);
    const source = write("users.csv", csv(3000));
    const stop = new AbortController();
    const options = { admin, appId: emulator.appId, journal: of("run.journal") };
    const report = await provisionUsers(source, {
      ...options,
      signal: stop.signal,
      onProgress: ({ rows }) => rows > 200 && stop.abort(),
    });
    assert.equal(report.complete, false);
    assert.equal(sum(report), report.rows);
    return { emulator, source, options, of, write, report };
  }

  test("goes on where the run was interrupted, and the whole is counted", async (t) => {
    const { emulator, source, options, report } = await interrupted(t);
    assert.equal((await emulator.users()).length, report.created);
    const whole = await provisionUsers(source, { ...options, resume: true });
    assert.equal(whole.resumed, report.created);
    assert.equal(whole.created, 3000);
    await assertAll(emulator, 3000);
  });

  test("of another file, app or mode is refused with the remedy", async (t) => {
    const { source, options, write } = await interrupted(t);
    const resume = { ...options, resume: true };
    const other = write("other.csv", csv(3001));
    const before = readFileSync(options.journal, "utf8");
    await assert.rejects(provisionUsers(other, resume), {
      code: "INVALID_JOURNAL",
      message: /is of another file/,
      details: /skip-existing/,
    });
    await assert.rejects(provisionUsers([csv(9, 5)], resume), { code: "INVALID_JOURNAL" });
    await assert.rejects(provisionUsers(source, { ...resume, mode: "upsert" }), {
      code: "INVALID_JOURNAL",
      message: /other options/,
    });
    await assert.rejects(provisionUsers(source, { ...resume, appId: "another" }), {
      code: "INVALID_JOURNAL",
      message: /other app/,
    });
    await assert.rejects(provisionUsers(source, options), {
      code: "INVALID_JOURNAL",
      message: /is there already/,
    });
    assert.equal(readFileSync(options.journal, "utf8"), before);
  });

  test("of another stream is refused at the first row that differs", async (t) => {
    const { admin } = await begin(t);
    const { of } = folder(t);
    const journal = of("run.journal");
    await provisionUsers([csv(10)], { admin, journal });
    const resumed = provisionUsers([csv(10, 3)], { admin, journal, resume: true });
    await assert.rejects(resumed, { code: "INVALID_JOURNAL", message: /its row 1 is not user-3/ });
  });

  test("with half a last line is repaired; with half a header, or damaged, it is refused", async (t) => {
    const { emulator, source, options } = await interrupted(t);
    const { journal } = options;
    appendFileSync(journal, "c 2999 user-29");
    const whole = await provisionUsers(source, { ...options, resume: true });
    assert.equal(whole.created, 3000);
    await assertAll(emulator, 3000);

    const text = readFileSync(journal, "utf8");
    writeFileSync(journal, text.replace("\nc ", "\nc\u0000"));
    await assert.rejects(provisionUsers(source, { ...options, resume: true }), {
      message: /Line \d+ of the journal .* is damaged/,
      details: /skip-existing/,
    });
    writeFileSync(journal, text.slice(0, 40));
    await assert.rejects(provisionUsers(source, { ...options, resume: true }), {
      message: /breaks off before its first line ends/,
      details: /Delete it/,
    });
    writeFileSync(journal, "uid,name\n");
    await assert.rejects(provisionUsers(source, { ...options, resume: true }), {
      message: /is not a journal/,
    });
    await assert.rejects(undoProvision(journal, options), { message: /is not a journal/ });
  });

  test("a run with a killed part is not undone before it is resumed", async (t) => {
    const { options } = await interrupted(t);
    appendFileSync(options.journal, "b 4096\n");
    await assert.rejects(undoProvision(options.journal, options), {
      code: "INVALID_JOURNAL",
      details: /Resume it first/,
    });
  });
});

describe("an undo", () => {
  test("deactivates what the run created and nothing else, and can be repeated", async (t) => {
    const old = [
      { uid: "user-3", name: "Old" },
      { uid: "other", name: "Other" },
    ];
    const { emulator, admin } = await begin(t, { users: old });
    const { of } = folder(t);
    const options = { admin, journal: of("run.journal"), mode: "upsert" };
    const report = await provisionUsers([csv(1200)], options);
    assert.deepEqual([report.created, report.updated], [1199, 1]);
    await admin.createUser({ uid: "since", name: "Since" });
    const undone = await undoProvision(options.journal, { admin });
    assert.deepEqual(undone, { deactivated: 1199, unchanged: 0, notFound: 0, inDoubt: [] });
    const active = (await emulator.users()).filter(({ deactivatedAt }) => !deactivatedAt);
    assert.deepEqual(active.map(({ uid }) => uid).sort(), ["other", "since", "user-3"]);
    assert.equal((await undoProvision(options.journal, { admin })).deactivated, 0);
    await assert.rejects(provisionUsers([csv(1200)], { ...options, resume: true }), {
      message: /was undone/,
    });
  });
});

test("an undo leaves a user alone of whom nobody knows whether the run created it", async (t) => {
  const { emulator } = await begin(t);
  let isLost = true;
  const admin = new AdminClient(emulator.appId, emulator.restApiKey, {
    region: "us",
    fetch: async (url, init) => {
      const response = await emulator.fetch(url, init);
      if (init.method !== "POST" || !isLost) return response;
      isLost = false;
      throw new TypeError("fetch failed");
    },
    perMinute: UNLIMITED,
  });
  const journal = folder(t).of("run.journal");
  const options = { admin, journal, maxRetries: 0, concurrency: 1 };
  const report = await provisionUsers([csv(3)], options);
  assert.deepEqual([report.created, report.failed], [2, 1]);
  const undone = await undoProvision(journal, { admin });
  assert.deepEqual([undone.deactivated, undone.inDoubt], [2, ["user-0"]]);
  assert.equal((await admin.getUser("user-0")).uid, "user-0");
});

test("a run ends when the key is refused, or the service does not answer", async (t) => {
  const { emulator } = await begin(t);
  let calls = 0;
  const admin = new AdminClient(emulator.appId, emulator.restApiKey, {
    region: "us",
    fetch: (url, init) => {
      if (init.method !== "POST") return emulator.fetch(url, init);
      calls++;
      return Promise.reject(new TypeError("fetch failed"));
    },
    perMinute: UNLIMITED,
  });
  const report = await provisionUsers([csv(5000)], { admin, maxRetries: 0 });
  assert.match(report.interruption, /does not answer/);
  assert.ok(calls < 200, `${calls} calls`);
  assert.equal(sum(report), report.rows);
});

describe("a journal in use", () => {
  test("is refused to a second process, which is told the first one's number", async (t) => {
    const { emulator, url } = await begin(t, { latencyMs: 20 });
    const { path, write } = folder(t);
    write("users.csv", csv(600));
    const args = ["import", "users.csv", `--emulator=${url}`, "--resume"];
    const first = start(path, args);
    while ((await emulator.users()).length < 50) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const second = await command(path, args);
    assert.equal(second.code, 2, second.stderr);
    assert.match(second.stderr, new RegExp(`in use by the process ${first.child.pid}\\.`));
    const { code, stderr } = await first.ended;
    assert.equal(code, 0, stderr);
    await assertAll(emulator, 600);
    assert.equal(readdirSync(`${path}/.cometchat-users`).length, 1);
  });

  test("is refused to an undo of the same process, and free once the run has ended", async (t) => {
    const { emulator } = await begin(t);
    const sending = new EventEmitter();
    const admin = new AdminClient(emulator.appId, emulator.restApiKey, {
      region: "us",
      fetch: async (url, init) => {
        if (init.method === "POST" && sending.emit("begun")) await once(sending, "goOn");
        return emulator.fetch(url, init);
      },
      perMinute: UNLIMITED,
    });
    const journal = folder(t).of("run.journal");
    const begun = once(sending, "begun");
    const running = provisionUsers([csv(20)], { admin, journal, concurrency: 1 });
    await begun;
    const held = { code: "INVALID_JOURNAL", message: /in use/ };
    await assert.rejects(undoProvision(journal, { admin }), held);
    await assert.rejects(provisionUsers([csv(20)], { admin, journal, resume: true }), held);
    sending.emit("goOn");
    assert.equal((await running).created, 20);
    assert.equal((await undoProvision(journal, { admin })).deactivated, 20);
  });

  test("that cannot be written is told before anything is sent", async (t) => {
    const { admin, emulator } = await begin(t);
    const journal = folder(t).of("no-folder/run.journal");
    await assert.rejects(provisionUsers([csv(3)], { admin, journal }), {
      code: "INVALID_JOURNAL",
      message: /cannot be written: .*no-folder/,
      details: /folder that is there/,
    });
    assert.equal((await emulator.users()).length, 0);
  });
});

describe("Ctrl-C", () => {
  test("ends what is in flight, keeps the journal, says how to resume, and exits with 130", async (t) => {
    const { emulator, url } = await begin(t, { latencyMs: 20 });
    const { path, write, of } = folder(t);
    write("users.csv", csv(2000));
    const args = ["import", "users.csv", `--emulator=${url}`, "--report", "report.json"];
    const { child, ended } = start(path, args);
    while ((await emulator.users()).length < 100) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 130, stderr);
    const report = JSON.parse(readFileSync(of("report.json"), "utf8"));
    assert.equal(sum(report), report.rows);
    // Nothing is left in doubt: what was in flight has ended.
    assert.equal((await emulator.users()).length, report.created);
    const [, again] = /To go on: npx cometchat-users (.+)\n/.exec(stderr) ?? [];
    assert.ok(again, stdout + stderr);
    const resumed = await command(path, again.split(" "));
    assert.equal(resumed.code, 0, resumed.stderr);
    await assertAll(emulator, 2000);
    assert.ok(existsSync(of(report.journal)));
  });
});
