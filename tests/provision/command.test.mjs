// The command `cometchat-users`: its commands, where its key comes from, what it prints, and how it ends.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { createEmulator } from "cometchat-emulator";
import { run } from "../support/programs.mjs";
import { begin, COMMAND, command, csv, folder, KEY, sum } from "./support/provision.mjs";

let emulator;
let url;
before(async () => {
  emulator = await createEmulator({ restApiKey: KEY });
  ({ url } = await emulator.listen());
});
after(() => emulator.close());

/** Runs a command against the emulator. */
const call = (t, args, options) => command(folder(t).path, [...args, `--emulator=${url}`], options);

/** Runs a command that has to succeed; returns what it printed, as JSON. */
async function json(t, args) {
  const { code, stdout, stderr } = await call(t, [...args, "--json"]);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

test("create, get, update, token, delete and whoami", async (t) => {
  const created = await json(t, [
    ...["create", "kevin", "--name", "Kevin", "--tags", "a,b", "--avatar", "https://example.com/k"],
    ...["--metadata", '{"team":"sales"}', "--role", "admin", "--status-message", "hi"],
  ]);
  assert.equal(created.name, "Kevin");
  assert.deepEqual(created.metadata, { team: "sales" });
  const updated = await json(t, ["update", "kevin", "--name", "Kev", "--unset", "avatar,metadata"]);
  assert.equal(updated.name, "Kev");
  assert.equal(updated.avatar, undefined);
  assert.equal((await json(t, ["get", "kevin"])).statusMessage, "hi");
  const { authToken } = await json(t, ["token", "kevin"]);
  const plain = await call(t, ["token", "kevin"]);
  assert.match(plain.stdout, /^kevin_\w+\n$/);
  assert.notEqual(plain.stdout.trim(), authToken);
  assert.equal((await json(t, ["delete", "kevin"])).outcome, "deactivated");
  assert.equal((await json(t, ["delete", "cometchat-uid-5", "--permanent"])).outcome, "deleted");
  const who = await json(t, ["whoami"]);
  assert.equal(who.appId, "APP_ID");
  assert.equal(who.users, (await emulator.users()).filter((user) => !user.deactivatedAt).length);
});

test("list prints one user a line, and export what an import elsewhere takes", async (t) => {
  const listed = await call(t, ["list", "--limit", "2"]);
  assert.match(listed.stdout, /^cometchat-uid-1\tAndrew Joseph\tdefault\n.+\n$/);
  const { path, of } = folder(t);
  for (const file of ["users.csv", "users.ndjson"]) {
    const { code, stderr } = await command(path, ["export", file, `--emulator=${url}`]);
    assert.equal(code, 0, stderr);
    const other = await begin(t);
    const imported = await command(path, ["import", file, `--emulator=${other.url}`]);
    assert.equal(imported.code, 0, imported.stdout + imported.stderr);
    const fields = ({ uid, name, avatar, role, tags, metadata }) => [
      ...[uid, name, avatar, role],
      tags,
      metadata,
    ];
    const active = (await emulator.users()).filter((user) => !user.deactivatedAt);
    assert.deepEqual((await other.emulator.users()).map(fields), active.map(fields));
  }
  assert.match(readFileSync(of("users.csv"), "utf8"), /^uid,name,avatar,link,role,/);
  // A reader that has enough ends the command.
  const piped = await run("sh", ["-c", `node ${COMMAND} list --emulator=${url} | head -1`]);
  assert.equal(piped.stderr, "");
});

test("import reads standard input, and repeats what it did as JSON", async (t) => {
  const other = await begin(t);
  const { path } = folder(t);
  const args = ["import", "-", "--json", `--emulator=${other.url}`];
  const { code, stdout } = await command(path, args, { input: csv(20) });
  assert.equal(code, 0);
  const report = JSON.parse(stdout);
  assert.equal(report.created, 20);
  assert.equal(sum(report), report.rows);
  const again = await command(path, [...args, "--dry-run"], { input: csv(20) });
  assert.equal(again.code, 1);
  assert.equal(JSON.parse(again.stdout).failed, 20);
});

describe("the key", () => {
  test("on the command line is refused, and not repeated", async (t) => {
    for (const flag of ["--rest-api-key", "--api-key", "--auth-key", "--key", "--apiKey"]) {
      for (const args of [[flag, "s3cret-key"], [`${flag}=s3cret-key`]]) {
        const { code, stdout, stderr } = await call(t, ["whoami", ...args]);
        assert.equal(code, 2, stdout);
        assert.match(stderr, /a key is not taken from the command line/);
        assert.doesNotMatch(stdout + stderr, /s3cret/);
      }
    }
  });

  test("comes from a file, with or without the other settings", async (t) => {
    const { path, write } = folder(t);
    write("key", `${emulator.restApiKey}\n`);
    write("env", `# ours\nexport COMETCHAT_REST_API_KEY="${emulator.restApiKey}"\n`);
    write("empty", "COMETCHAT_REGION=us\n");
    for (const [file, expected] of [
      ["key", 0],
      ["env", 0],
      ["empty", 2],
      ["none", 2],
    ]) {
      const args = ["whoami", `--emulator=${url}`, "--key-file", file];
      const { code, stderr } = await command(path, args);
      assert.equal(code, expected, `${file}: ${stderr}`);
    }
  });

  test("that is missing or of the other kind is told, with the remedy", async (t) => {
    const cases = [
      [{}, /There is no app id/],
      [{ COMETCHAT_APP_ID: "app" }, /Which region/],
      [{ COMETCHAT_APP_ID: "app", COMETCHAT_REGION: "us" }, /There is no REST API key/],
      [
        { COMETCHAT_APP_ID: "app", COMETCHAT_REGION: "us", COMETCHAT_AUTH_KEY: "x" },
        /is an auth key, where the REST API key belongs/,
      ],
    ];
    for (const [env, message] of cases) {
      const { code, stderr } = await command(folder(t).path, ["whoami"], { env });
      assert.equal(code, 2);
      assert.match(stderr, message);
    }
    const env = { COMETCHAT_APP_ID: emulator.appId, COMETCHAT_REST_API_KEY: emulator.authKey };
    const { path, write } = folder(t);
    write("users.csv", csv(1));
    const { code, stderr } = await command(path, ["import", "users.csv", `--emulator=${url}`], {
      env,
    });
    assert.equal(code, 1);
    assert.match(stderr, /This is an auth key, where the REST API key belongs/);
  });
});

test("what is wrong with the command line ends with 2, what the service refuses with 1", async (t) => {
  const wrong = [
    ["impotr"],
    ["import"],
    ["import", "none.csv"],
    ["import", ".", "--emulator"],
    ["import", "-", "--mode", "replace"],
    ["import", "-", "--concurrency", "0"],
    ["import", "-", "--map", "name"],
    ["import", "--undo", "none"],
    ["create", "bad uid", "--name", "Bad"],
    ["create", "u", "--name", "U", "--metadata", "{"],
    ["update", "cometchat-uid-1", "--unset", "uid"],
  ];
  for (const args of wrong) {
    const { code, stderr } = await call(t, args, { input: "uid,name\n" });
    assert.equal(code, 2, `${args.join(" ")}: ${stderr}`);
    assert.notEqual(stderr, "");
    assert.doesNotMatch(stderr, /\n {4}at /, "a stack");
  }
  const swallowed = await command(folder(t).path, ["whoami", "--emulator", "users.csv"]);
  assert.match(swallowed.stderr, /users\.csv is not the address of an emulator/);
  const missing = await call(t, ["get", "nobody", "--json"]);
  assert.equal(missing.code, 1);
  assert.equal(JSON.parse(missing.stderr).error.code, "ERR_UID_NOT_FOUND");
});

/** Runs a command on a pseudo-terminal; returns what is to be seen there. */
async function onTerminal(cwd, args) {
  const program = `
import os, pty, sys
status = pty.spawn(sys.argv[1:])
sys.exit(os.waitstatus_to_exitcode(status))`;
  return run("python3", ["-c", program, process.execPath, COMMAND, ...args], {
    cwd,
    env: { TERM: "xterm-256color" },
  });
}

test("on a terminal a bar shows the rate and the time left, and elsewhere lines do", async (t) => {
  const other = await begin(t, { latencyMs: 10 });
  const { path, write } = folder(t);
  write("users.csv", csv(500));
  write("more.csv", csv(2000, 500));
  const args = ["--concurrency", "8", `--emulator=${other.url}`];
  const seen = await onTerminal(path, ["import", "users.csv", ...args]);
  assert.equal(seen.code, 0, seen.stdout);
  assert.match(seen.stdout, /█+░+ \d+ % \| \d+ rows \| [\d,]+\/s \| (\d+ min )?\d+ s left/);
  assert.match(seen.stdout, /█+ 100 % \| 500 rows/);
  const lines = await command(path, ["import", "more.csv", ...args]);
  assert.equal(lines.code, 0, lines.stderr);
  assert.match(lines.stderr, /^\d+ %, [\d,]+ rows, [\d,]+\/s, \d+ s left$/m);
  assert.ok(!/█/.test(lines.stderr) && !lines.stderr.includes("\u001b"), lines.stderr);
});

test("on a terminal the key is asked for, and not shown", async (t) => {
  const { path } = folder(t);
  const program = `
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
seen, asked = b"", False
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    seen += part
    if b"REST API key" in seen and not asked:
        asked = True
        os.write(terminal, b"typed-s3cret\\x03")
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
  const { code, stdout } = await run(
    "python3",
    ["-c", program, process.execPath, COMMAND, "whoami", "--app-id", "app", "--region", "us"],
    { cwd: path, env: { TERM: "xterm-256color" } },
  );
  assert.match(stdout, /REST API key \(not shown\)/);
  assert.doesNotMatch(stdout, /s3cret/);
  assert.equal(code, 130, stdout);
});
