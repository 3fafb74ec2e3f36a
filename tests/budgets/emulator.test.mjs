// Holds the emulator's hot routes to a number of instructions a request, counted by callgrind. Unlike a time,
// it is the same on a busy machine and on an idle one.
//
// A count above its budget fails: find out what was added, or say in the commit why it is worth its cost and
// set the new number. A count far below it fails as well, so that a gain is not lost unnoticed. `node tests/budgets/emulator.test.mjs --print` prints the counts alone.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { apt, root } from "../../scripts/setup.mjs";

/** Thousands of instructions a request, SQLite on, log on, in a release build. */
const BUDGETS = {
  create: 151,
  // Masking keys and tokens by value takes 4 of these.
  get: 103,
  update: 191,
  list: 795,
  search: 2_700,
  me: 278,
};

/** Counts of the same build differ by less than half of this: threads wait longer or shorter. */
const TOLERANCE = 0.05;

/** Requests that are counted of each route, and those before that warm up. */
const COUNTED = 400;
const WARMING = 30;

const binary = process.env.COMETCHAT_EMULATOR_BIN ?? `${root}target/release/cometchat-emulator`;
const folder = mkdtempSync(join(tmpdir(), "emulator-budgets-"));
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let emulator;

async function start() {
  if (spawnSync("valgrind", ["--version"]).error) apt("valgrind", ["valgrind"]);
  const child = spawn(
    "valgrind",
    [
      "--tool=callgrind",
      "--instr-atstart=no",
      "--fair-sched=yes",
      `--callgrind-out-file=${folder}/counts`,
      binary,
      "--port=0",
      `--database-url=sqlite://${folder}/emulator.db`,
      "--exit-with-stdin",
    ],
    // One worker: several share the work differently in each run.
    { stdio: ["pipe", "pipe", "ignore"], env: { ...process.env, TOKIO_WORKER_THREADS: "1" } },
  );
  const known = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^COMETCHAT_(\w+)=(.+)$/.exec(line) ?? [];
    if (name) known[name] = value;
    if (name === "REST_API_KEY") break;
  }
  assert.ok(known.REST_API_KEY, "valgrind runs the emulator");
  const [host, port] = known.EMULATOR_HOST.split(":");
  return { child, host, port, key: known.REST_API_KEY, dumps: 0 };
}

function ask(method, path, body, headers = { apiKey: emulator.key }) {
  const { host, port } = emulator;
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, host, port, method, path, headers }, (reply) => {
      let text = "";
      reply.on("data", (chunk) => {
        text += chunk;
      });
      reply.on("end", () =>
        reply.statusCode === 200
          ? resolve(JSON.parse(text))
          : reject(new Error(`${method} ${path}: ${reply.statusCode} ${text}`)),
      );
    });
    request.on("error", reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Thousands of instructions a request. */
async function count(send) {
  const control = (...args) =>
    execFileSync("callgrind_control", [...args, String(emulator.child.pid)], { stdio: "ignore" });
  for (let number = 0; number < WARMING; number += 1) await send(`warm-${number}`);
  control("-i", "on");
  for (let number = 0; number < COUNTED; number += 1) await send(`counted-${number}`);
  control("-i", "off");
  // Writes the counts into a file of their own and resets them.
  control("-d");
  emulator.dumps += 1;
  const dump = readFileSync(`${folder}/counts.${emulator.dumps}`, "utf8");
  const total = Number(/^totals: (\d+)$/m.exec(dump)[1]);
  assert.ok(total > 0, "callgrind has counted");
  return Math.round(total / COUNTED / 1e3);
}

const user = (uid) => ({ uid, name: "Kevin", avatar: "https://example.com/a.png" });

const ROUTES = {
  create: (name) => ask("POST", "/v3.0/users", user(name)),
  get: () => ask("GET", "/v3.0/users/cometchat-uid-1"),
  update: (name) => ask("PUT", "/v3.0/users/cometchat-uid-1", { name }),
  list: () => ask("GET", "/v3.0/users?perPage=25"),
  search: () => ask("GET", "/v3.0/users?perPage=25&searchKey=kev"),
  me: (name) => ask("PUT", "/v3.0/me", { statusMessage: name }, { authToken: emulator.token }),
};

async function prepare() {
  emulator = await start();
  await ask("POST", "/__emulator/seed", { count: 1_000 });
  const { data } = await ask("POST", "/v3.0/users/cometchat-uid-2/auth_tokens", {});
  emulator.token = data.authToken;
}

async function finish() {
  agent.destroy();
  if (emulator) {
    const ended = new Promise((resolve) => emulator.child.once("exit", resolve));
    emulator.child.stdin.end();
    await ended;
  }
  rmSync(folder, { recursive: true });
}

if (process.argv.includes("--print")) {
  await prepare();
  for (const [route, send] of Object.entries(ROUTES)) console.log(route, await count(send));
  await finish();
} else {
  const elsewhere =
    process.platform === "linux" && process.arch === "x64"
      ? false
      : "valgrind and these numbers are for Linux on x86-64";
  before(async () => {
    if (!elsewhere) await prepare();
  });
  after(finish);
  for (const [route, send] of Object.entries(ROUTES)) {
    test(`${route} keeps to its budget of instructions`, { skip: elsewhere }, async () => {
      const counted = await count(send);
      const budget = BUDGETS[route];
      console.log(`${route}: ${counted} of ${budget} thousand instructions a request`);
      assert.ok(
        counted <= budget * (1 + TOLERANCE),
        `${route} takes ${counted} thousand instructions a request; its budget is ${budget}`,
      );
      assert.ok(
        counted >= budget * (1 - 3 * TOLERANCE),
        `${route} takes only ${counted} thousand instructions: lower its budget of ${budget}`,
      );
    });
  }
}
