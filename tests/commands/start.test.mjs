// `npm start`, as a newcomer types it, and the emulator's own help.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { test } from "node:test";
import { root } from "../../scripts/setup.mjs";

// Not the file in the project, which the developer's own emulator may be using.
const env = { ...process.env, COMETCHAT_EMULATOR_DATABASE_URL: "sqlite::memory:" };
const npm = (...args) => spawnSync("npm", args, { cwd: root, encoding: "utf8", env });

test("npm start -- --once ends with 0 and prints three users", () => {
  const { status, stdout, stderr } = npm("start", "--", "--once");
  assert.equal(status, 0, stderr);
  for (const name of ["createUser", "updateUser", "updateCurrentUserDetails"]) {
    assert.match(stdout, new RegExp(`${name}: User \\{\\s+uid: 'kevin-`));
  }
  assert.doesNotMatch(stdout + stderr, /\bwarn|can't be bundled/i);
});

test("npm start refuses a port that is none, and says how it is called", () => {
  const { status, stderr } = npm("start", "--", "--port", "70000");
  assert.equal(status, 2);
  assert.match(stderr, /--port takes a number/);
});

test("npm start -- --port N serves the demo page there until it is stopped", async () => {
  const port = await new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
  const args = ["scripts/main.mjs", "scripts/start.mjs", "--port", String(port)];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let output = "";
  for await (const chunk of child.stdout) {
    output += chunk;
    if (output.includes("Ctrl+C")) break;
  }
  const page = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<title>/);
  const { apps } = await (await fetch(`http://127.0.0.1:${port}/config.json`)).json();
  assert.deepEqual(Object.keys(apps[0]), ["appId", "authKey", "restApiKey"]);
  const health = await fetch(`http://127.0.0.1:${port}/__emulator/health`);
  assert.equal(health.status, 200);

  child.kill("SIGTERM");
  assert.equal(await ended, 0);
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
});

test("the emulator explains its flags", () => {
  const { status, stdout } = spawnSync(
    "cargo",
    ["run", "--release", "--package", "cometchat-emulator-server", "--", "--help"],
    { cwd: root, encoding: "utf8" },
  );
  assert.equal(status, 0);
  assert.match(stdout, /--database-url/);
});
