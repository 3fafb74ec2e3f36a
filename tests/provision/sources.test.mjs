// What a source may be, and what is told of bad input: each fault with its row and column, and the rest is imported.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { provisionUsers } from "cometchat-users/provision";
import { begin, csv, folder, stored, sum, user } from "./support/provision.mjs";

const uids = async (emulator) => (await emulator.users()).map(({ uid }) => uid).sort();

/** Imports a text. Returns the report and the uids that are there. */
async function imported(t, text, options = {}) {
  const { emulator, admin } = await begin(t, options.emulator);
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const report = await provisionUsers([bytes], { admin, ...options });
  assert.equal(sum(report), report.rows, JSON.stringify(report));
  return { report, emulator, uids: await uids(emulator) };
}

describe("a CSV", () => {
  test("with a byte order mark, CRLF, quotes, line breaks, emoji and empty lines", async (t) => {
    const text =
      '\uFEFFuid,name,metadata\r\n\r\nu1,"One ""1"", first","{""a"":1}"\r\n,,\r\nu2,"Two\r\nlines 😀",\r\n\r\n';
    const { report, emulator } = await imported(t, text);
    assert.equal(report.created, 2, JSON.stringify(report));
    const [one, two] = await emulator.users();
    assert.equal(one.name, 'One "1", first');
    assert.deepEqual(one.metadata, { a: 1 });
    assert.equal(two.name, "Two\r\nlines 😀");
  });

  test("cut at any byte, is the same", async (t) => {
    const bytes = Buffer.from('\uFEFFuid;name\r\nu1;"Jörg; 😀\n""x"""\r\nu2;Ann');
    for (let size = 1; size < 12; size++) {
      const { emulator, admin } = await begin(t);
      const chunks = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      const report = await provisionUsers(chunks, { admin });
      assert.equal(report.created, 2, `chunks of ${size}: ${JSON.stringify(report)}`);
      assert.equal((await emulator.users())[0].name, 'Jörg; 😀\n"x"');
    }
  });

  test("tells each fault with row, line and column, and imports the rest", async (t) => {
    const tags = Array.from({ length: 26 }, (_, index) => `t${index}`).join(",");
    const rows = [
      "u1,One,",
      "u2,Two,",
      '"u3","line\nbreak",',
      "U1,Again,",
      `u5,Five,"${tags}"`,
      "u6,Six",
      "bad uid!,Seven,",
      "u8,,",
      'u9,5" pipe,',
      "u10,Ten,,more",
    ];
    const [before, after] = [
      `uid,name,tags\n${rows.join("\n")}\nu11,`,
      `,\n${`u12,${"x".repeat(3e6)},\n`}u13,Last,`,
    ];
    const bytes = Buffer.concat([
      Buffer.from(before),
      Buffer.from([0x4a, 0xff]),
      Buffer.from(after),
    ]);
    const { report, uids } = await imported(t, bytes);
    assert.deepEqual(uids, ["u1", "u13", "u2", "u3"]);
    const told = report.failures.map(({ row, line, column, message }) => [
      row,
      line,
      column,
      message,
    ]);
    const expected = [
      [4, 6, "uid", /^row 1 has the same uid, in lower case$/],
      [5, 7, "tags", /25/],
      [6, 8, "tags", /^it has 2 cells, and the header has 3$/],
      [7, 9, "uid", /letters/],
      [8, 10, "name", /given/],
      [9, 11, undefined, /quote/i],
      [10, 12, undefined, /^it has 4 cells, and the header has 3$/],
      [11, 13, "name", /UTF-8/],
      [12, 14, undefined, /^larger than 1,048,576 bytes: it has 3,000,00/],
    ];
    assert.equal(told.length, expected.length, JSON.stringify(told, undefined, 1));
    for (const [at, [row, line, column, message]] of expected.entries()) {
      assert.deepEqual(told[at].slice(0, 3), [row, line, column], JSON.stringify(told[at]));
      assert.match(told[at][3], message);
    }
  });

  test("has a uid free again whose row is refused, and not one that is imported", async (t) => {
    const { report, emulator } = await imported(t, "uid,name\nu1,\nU1,One\nu1,Again\n");
    assert.deepEqual(
      report.failures.map(({ row, message }) => [row, message]),
      [
        [1, "name has to be given."],
        [3, "row 2 has the same uid"],
      ],
    );
    assert.equal((await emulator.users())[0].name, "One");
  });

  test("with a quote that is not closed, says where it was opened", async (t) => {
    const { report, uids } = await imported(t, 'uid,name\nu1,One\nu2,"Two\nu3,Three\n');
    assert.deepEqual(uids, ["u1"]);
    assert.match(report.failures[0].message, /quote opened in line 3 is not closed/);
  });

  test("without a column of uids, in UTF-16, or with a column twice, is refused with the remedy", async (t) => {
    await assert.rejects(imported(t, "id,name\n1,One\n"), {
      code: "INVALID_SOURCE",
      details: /It has id, name\. Say which it is: --map uid=COLUMN/,
    });
    await assert.rejects(imported(t, Buffer.from("\uFEFFuid,name\n", "utf16le")), {
      code: "INVALID_SOURCE",
      details: /iconv/,
    });
    await assert.rejects(imported(t, "uid,name,name\nu,U,U\n"), { code: "INVALID_SOURCE" });
    await assert.rejects(imported(t, "uid,name\nu,U\n", { map: { name: "full_name" } }), {
      code: "INVALID_SOURCE",
    });
    await assert.rejects(imported(t, "uid,name\nu,U\n", { map: { nam: "name" } }), {
      code: "INVALID_OPTIONS",
    });
  });

  test("has its columns mapped to fields and to the metadata's keys", async (t) => {
    const { report, emulator } = await imported(
      t,
      "id,full_name,Status Message,dept,ssn\nu1,One,hi,sales,1\n",
      { map: { uid: "id", name: "full_name", "metadata.department": "dept" } },
    );
    assert.deepEqual(report.unusedColumns, ["ssn"]);
    const [one] = await emulator.users();
    assert.equal(one.statusMessage, "hi");
    assert.deepEqual(one.metadata, { department: "sales" });
  });

  test("of one line of a gigabyte is told, in flat memory, and the rest is imported", async (t) => {
    const { emulator, admin } = await begin(t);
    const block = Buffer.alloc(1024 * 1024, 120);
    function* source() {
      yield Buffer.from("uid,name\nu1,One\nu2,");
      for (let megabyte = 0; megabyte < 1024; megabyte++) yield block;
      yield Buffer.from("\nu3,Three\n");
    }
    const before = process.memoryUsage().rss;
    let most = 0;
    const watched = (function* () {
      for (const chunk of source()) {
        most = Math.max(most, process.memoryUsage.rss());
        yield chunk;
      }
    })();
    const report = await provisionUsers(watched, { admin });
    assert.deepEqual(await uids(emulator), ["u1", "u3"]);
    assert.match(report.failures[0].message, /it has 1,073,741,8\d\d/);
    assert.ok(most - before < 64e6, `${(most - before) / 1e6} MB`);
  });
});

describe("other sources", () => {
  const people = [user(1), user(2)];
  const json = JSON.stringify(people, undefined, 2);
  const lines = people.map((person) => JSON.stringify(person)).join("\n");
  const sources = {
    "a JSON array": () => [json],
    "a JSON array byte by byte": () => [...Buffer.from(json)].map((byte) => Buffer.from([byte])),
    NDJSON: () => [lines],
    "NDJSON with CRLF and empty lines": () => [`\n${lines.replace("\n", "\r\n\r\n")}\r\n`],
    objects: () => people,
    "an async iterable": async function* () {
      yield* people;
    },
    "a web stream of bytes": () => new Blob([csv(2, 1)]).stream(),
    "a web stream of objects": () => ReadableStream.from(people),
    "a file": (t) => folder(t).write("users.csv", csv(2, 1)),
  };
  for (const [name, source] of Object.entries(sources)) {
    test(name, async (t) => {
      const { emulator, admin } = await begin(t);
      const report = await provisionUsers(source(t), { admin });
      assert.equal(report.created, 2, JSON.stringify(report));
      const found = (await emulator.users()).map(stored);
      assert.deepEqual(found, people.map(stored));
    });
  }

  test("faults in JSON are told by row and line, and the rest is imported", async (t) => {
    const text = '[{"uid":"u1","name":"One"},\n{"uid":"u2",,},\n17,\n{"uid":"u4","name":"Four"}]';
    const { report, uids } = await imported(t, text);
    assert.deepEqual(uids, ["u1", "u4"]);
    assert.deepEqual(
      report.failures.map(({ row, line }) => [row, line]),
      [
        [2, 2],
        [3, 3],
      ],
    );
    const broken = await imported(t, '[{"uid":"u1","name":"One"},{"uid":"u2"');
    assert.match(broken.report.failures[0].message, /ends in the middle of the array/);
    assert.deepEqual(broken.uids, ["u1"]);
  });

  test("a file that is not there, and what is no source at all", async (t) => {
    const { admin } = await begin(t);
    await assert.rejects(provisionUsers("/nowhere/users.csv", { admin }), {
      code: "INVALID_SOURCE",
      message: /no file/,
    });
    await assert.rejects(provisionUsers(17, { admin }), { code: "INVALID_SOURCE" });
  });
});

test("the rows that failed can be mended and imported again", async (t) => {
  const { emulator, admin } = await begin(t);
  const { of, write } = folder(t);
  const source = write("users.csv", 'uid,full_name,note\nu1,One,x\nbad!,"Two, 2","a\nb"\n');
  const options = { admin, map: { name: "full_name" }, failed: of("failed.csv") };
  await provisionUsers(source, options);
  const failed = readFileSync(of("failed.csv"), "utf8");
  assert.match(failed, /^uid,full_name,note,import_error\nbad!,"Two, 2","a\nb",.*letters/);
  const mended = write("mended.csv", failed.replace("bad!", "u2"));
  const report = await provisionUsers(mended, options);
  assert.equal(report.created, 1);
  assert.deepEqual(await uids(emulator), ["u1", "u2"]);
  await assert.rejects(provisionUsers(of("failed.csv"), options), { code: "INVALID_OPTIONS" });
  assert.ok(existsSync(of("failed.csv")));
});

describe("modes", () => {
  const rows = "uid,name\nold,New name\nsame,Same\nnew,New\n";
  const emulator = {
    users: [
      { uid: "old", name: "Old name" },
      { uid: "same", name: "Same" },
    ],
  };
  const table = {
    create: { created: 1, failed: 2 },
    update: { updated: 2, failed: 1 },
    upsert: { created: 1, updated: 2 },
    "skip-existing": { created: 1, skipped: 2 },
  };
  for (const [mode, expected] of Object.entries(table)) {
    test(mode, async (t) => {
      const { report, emulator: after } = await imported(t, rows, { mode, emulator });
      for (const [what, count] of Object.entries(expected)) assert.equal(report[what], count, what);
      const names = Object.fromEntries((await after.users()).map(({ uid, name }) => [uid, name]));
      const changes = mode === "update" || mode === "upsert";
      assert.equal(names.old, changes ? "New name" : "Old name");
      assert.equal(names.new, mode === "update" ? undefined : "New");
    });
    test(`${mode}, dry run: the same, and nothing changes`, async (t) => {
      const { report, emulator: after } = await imported(t, rows, { mode, emulator, dryRun: true });
      const found = { ...expected };
      if (found.updated) Object.assign(found, { updated: 1, unchanged: 1 });
      for (const [what, count] of Object.entries(found)) assert.equal(report[what], count, what);
      assert.deepEqual(
        (await after.users()).map(({ name }) => name),
        ["Old name", "Same"],
      );
    });
  }
});

test("an auth key is refused by its name", async (t) => {
  const { emulator } = await begin(t);
  const { AdminClient } = await import("cometchat-users/server");
  const admin = new AdminClient(emulator.appId, emulator.authKey, {
    region: "us",
    fetch: emulator.fetch,
  });
  await assert.rejects(provisionUsers([{ uid: "u", name: "U" }], { admin }), {
    message: /auth key, where the REST API key belongs/,
  });
});
