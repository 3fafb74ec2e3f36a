// `--data FILE`: the state outlives the process, and the file is never broken.

import assert from "node:assert/strict";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { run, temporaryFolder } from "../support/programs.mjs";
import { COMMAND, startCommand, until } from "./support/command.mjs";

const root = temporaryFolder();
let folder;
let file;
let count = 0;
beforeEach(() => {
  count += 1;
  folder = join(root, String(count));
  mkdirSync(folder);
  file = join(folder, "users.json");
});

const uidsIn = (path) =>
  JSON.parse(readFileSync(path, "utf8")).data.apps[0].users.map(({ uid }) => uid);
const refused = (path, ...args) =>
  run(process.execPath, [COMMAND, "--port", "0", "--data", path, ...args]);

/** The module of the lock, by itself. */
async function lockModule() {
  const outfile = join(folder, "lock.mjs");
  const entry = fileURLToPath(new URL("../../pkg/src/provision/lock.ts", import.meta.url));
  await build({
    entryPoints: [entry],
    outfile,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  const made = await import(pathToFileURL(outfile).href);
  rmSync(outfile);
  return made;
}

/** When a process started, as Linux counts it. */
const startOf = (pid) =>
  existsSync(`/proc/${pid}/stat`)
    ? readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[19]
    : undefined;

test("users outlive a clean end, and nothing else is left beside the file", async (t) => {
  const first = await startCommand(t, ["--data", file, "--no-seed"]);
  assert.ok(!existsSync(file));
  await first.create("kevin");
  assert.equal((await first.stop()).code, 0);
  assert.deepEqual(readdirSync(folder), ["users.json"]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const second = await startCommand(t, ["--data", file, "--no-seed"]);
  assert.deepEqual(await second.users(), ["kevin"]);
});

test("a change is in the file soon, and `kill -9` after that costs nothing", async (t) => {
  const first = await startCommand(t, ["--data", file, "--no-seed"]);
  for (const uid of ["a", "b", "c"]) await first.create(uid);
  await until(() => existsSync(file) && uidsIn(file).length === 3);
  await first.stop("SIGKILL");
  // The lock that it left behind does not matter.
  assert.ok(existsSync(`${file}.lock`));
  const second = await startCommand(t, ["--data", file, "--no-seed"]);
  assert.deepEqual(await second.users(), ["a", "b", "c"]);
});

test("`kill -9` at any moment leaves a whole file", async (t) => {
  const seen = [];
  for (let round = 0; round < 8; round += 1) {
    const running = await startCommand(t, ["--data", file, "--no-seed"]);
    const before = await running.users();
    assert.ok(before.length >= (seen.at(-1) ?? 0), "users that were in the file are gone");
    const body = JSON.stringify({ count: 3_000, prefix: `round${round}-` });
    await fetch(`${running.url}/__emulator/seed`, { method: "POST", body });
    // In turns: while the file is being written, beside its place, and once it is in its place.
    const isWriting = () => existsSync(`${file}.tmp`);
    const isWritten = () => existsSync(file) && uidsIn(file).length > before.length;
    await until(round % 2 === 0 ? () => isWriting() || isWritten() : isWritten);
    await running.stop("SIGKILL");
    if (existsSync(file)) seen.push(uidsIn(file).length);
  }
  assert.ok(seen.length > 0);
});

test("reads are no changes: the file is not touched", async (t) => {
  const running = await startCommand(t, ["--data", file]);
  await fetch(`${running.url}/v3/users`, { headers: { apiKey: "REST_API_KEY" } });
  await running.stop();
  assert.ok(!existsSync(file));
});

test("a link stays a link", async (t) => {
  const target = join(folder, "target.json");
  const first = await startCommand(t, ["--data", target]);
  await first.create("kevin");
  await first.stop();
  symlinkSync("target.json", file);
  const second = await startCommand(t, ["--data", file]);
  await second.create("ann");
  await second.stop();
  assert.ok(uidsIn(target).includes("ann"));
  assert.ok(lstatSync(file).isSymbolicLink());
  assert.deepEqual(readdirSync(folder).sort(), ["target.json", "users.json"]);
});

describe("a second process on the same file", () => {
  test("is refused while the first runs, whatever name it uses", async (t) => {
    const first = await startCommand(t, ["--data", file]);
    await first.create("kevin");
    await until(() => existsSync(file));
    const alias = join(folder, "alias.json");
    symlinkSync(file, alias);
    for (const path of [file, alias, join(folder, ".", "users.json")]) {
      const { code, stderr } = await refused(path);
      assert.equal(code, 1);
      assert.match(
        stderr,
        new RegExp(`users\\.json is in use by another emulator \\(process ${first.pid}\\)`),
      );
    }
    assert.ok((await first.users()).includes("kevin"));
  });

  test("a lock of a process that is gone, or that is another one by now, does not count", async (t) => {
    for (const owner of [
      { pid: 2 ** 22 + 1 },
      { pid: process.pid, started: "1" },
      { pid: "x" },
      "garbage",
    ]) {
      writeFileSync(`${file}.lock`, typeof owner === "string" ? owner : JSON.stringify(owner));
      const running = await startCommand(t, ["--data", file]);
      await running.stop();
      assert.deepEqual(readdirSync(folder), []);
    }
  });

  test("a lock that another process takes while a stale one is looked at stays its own", async () => {
    const { lock } = await lockModule();
    const path = `${file}.lock`;
    // That process is this one; the lock is taken in the very moment between a look and what follows from it.
    const taken = JSON.stringify({ pid: process.pid, started: startOf(process.pid) });
    writeFileSync(path, JSON.stringify({ pid: 2 ** 22 + 1 }));
    const { kill } = process;
    process.kill = () => {
      process.kill = kill;
      writeFileSync(path, taken);
      throw Object.assign(new Error("gone"), { code: "ESRCH" });
    };
    assert.throws(() => lock(path), { holder: process.pid });
    assert.equal(readFileSync(path, "utf8"), taken);
    assert.deepEqual(readdirSync(folder), ["users.json.lock"]);
  });

  test("of several that start at once on a stale lock, one runs", async (t) => {
    writeFileSync(`${file}.lock`, JSON.stringify({ pid: 2 ** 22 + 1 }));
    const started = await Promise.allSettled(
      Array.from({ length: 6 }, () => startCommand(t, ["--data", file])),
    );
    assert.equal(started.filter(({ status }) => status === "fulfilled").length, 1);
  });
});

describe("what is refused at the start, the file untouched", () => {
  for (const [what, text, message, args = []] of [
    [
      "no JSON",
      "hello",
      /users\.json is not a snapshot .*not JSON.*choose another file, or delete it/,
    ],
    ["an empty file", "", /is not a snapshot/],
    ["other JSON", '{"users":[]}', /is not a snapshot .*no version/],
    ["null", "null", /is not a snapshot/],
    ["no apps", '{"version":1}', /is not a snapshot .*no apps/],
    ["a newer version", '{"data":{"version":2,"apps":[]}}', /newer version of this program/],
    [
      "an app that is not served",
      '{"version":1,"apps":[{"appId":"other"}]}',
      /has the app "other", which is not served: add --app other/,
    ],
    [
      "a user that does not fit",
      '{"version":1,"apps":[{"appId":"APP_ID","users":[{"uid":"a b","name":"x"}]}]}',
      /is not a snapshot .*apps\[0\]\.users\[0\]\.uid/,
    ],
  ]) {
    test(what, async () => {
      writeFileSync(file, text);
      const { code, stderr } = await refused(file, ...args);
      assert.equal(code, 1, stderr);
      assert.match(stderr, message);
      assert.equal(readFileSync(file, "utf8"), text);
      assert.deepEqual(readdirSync(folder), ["users.json"]);
    });
  }

  test("a place that cannot be written", async () => {
    const missing = await refused(join(folder, "missing", "users.json"));
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /cannot write in .*missing, where the file of --data is/);
    const directory = await refused(folder);
    assert.equal(directory.code, 1);
    assert.match(directory.stderr, /cannot be read and written/);
  });
});
