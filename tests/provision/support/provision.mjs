// What the tests of imports share: an emulator behind a server, the command in a folder of its own, made-up users.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEmulator } from "cometchat-emulator";
import { AdminClient } from "cometchat-users/server";
import { environment, root, run } from "../../support/programs.mjs";

/** The built command. */
export const COMMAND = join(root, "pkg/dist/command.js");

/** Both kinds of requests as fast as they can be. */
export const UNLIMITED = { core: 1e9, standard: 1e9 };

/** The REST API key of the emulators here: neither the command nor its files may show it. */
export const KEY = "a-rest-api-key-of-the-tests";

const assertKept = (text, where) => assert.ok(!text.includes(KEY), `${where} shows the key`);

/** An emulator without users, behind a server, and a client of it. */
export async function begin(t, options = {}) {
  const emulator = await createEmulator({ sampleUsers: false, restApiKey: KEY, ...options });
  t.after(() => emulator.close());
  const { url } = await emulator.listen();
  const admin = new AdminClient(emulator.appId, emulator.restApiKey, {
    region: "us",
    fetch: emulator.fetch,
    perMinute: UNLIMITED,
  });
  return { emulator, admin, url };
}

/** A folder that goes with the test, once its files have been searched for the key. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "provision-"));
  const given = new Set();
  t.after(() => {
    for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || given.has(entry.name)) continue;
      assertKept(
        readFileSync(join(entry.parentPath ?? entry.path, entry.name), "utf8"),
        entry.name,
      );
    }
    rmSync(path, { recursive: true, force: true });
  });
  return {
    path,
    of: (name) => join(path, name),
    write: (name, text) => {
      given.add(name);
      writeFileSync(join(path, name), text);
      return join(path, name);
    },
  };
}

/** Runs the command to its end. */
export async function command(cwd, args, options = {}) {
  const ended = await run(process.execPath, [COMMAND, ...args], { cwd, ...options });
  assertKept(ended.stdout + ended.stderr, args.join(" "));
  return ended;
}

/** Starts the command. `ended` resolves with its exit code, its signal and what it printed. */
export function start(cwd, args, env = {}) {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd, env: environment(env) });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => {
      printed[name] += text;
    });
  }
  const ended = new Promise((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, ...printed }));
  }).then((ended) => {
    assertKept(ended.stdout + ended.stderr, args.join(" "));
    return ended;
  });
  return { child, ended };
}

/** The user of a row of {@link csv}. */
export const user = (index) => ({
  uid: `user-${index}`,
  name: `User ${index}, "the ${index}th" 😀`,
  tags: ["a", `t${index % 5}`],
  metadata: { team: `team ${index % 7}` },
});

const quoted = (text) => `"${text.replaceAll('"', '""')}"`;

/** A CSV of made-up users. */
export function csv(count, first = 0) {
  const lines = ["uid,name,tags,metadata"];
  for (let index = first; index < first + count; index++) {
    const { uid, name, tags, metadata } = user(index);
    lines.push(
      [uid, quoted(name), quoted(tags.join(",")), quoted(JSON.stringify(metadata))].join(","),
    );
  }
  return `${lines.join("\n")}\n`;
}

/** The sum of what a report counts; equal to its rows. */
export const sum = ({ created, updated, unchanged, skipped, failed, notTried }) =>
  created + updated + unchanged + skipped + failed + notTried;

/** What has been stored of a user, without what the service adds. */
export const stored = ({ uid, name, tags, metadata }) => ({
  uid,
  name,
  tags: [...(tags ?? [])].sort(),
  metadata,
});
