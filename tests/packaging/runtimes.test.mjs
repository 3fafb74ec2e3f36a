// The installed package in the other places where JavaScript runs: Deno, Bun, Cloudflare's workerd, and
// the realm that jsdom makes for test suites. Each creates, updates and signs in a user at the emulator.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { before, describe, test } from "node:test";
import vm from "node:vm";
import { build } from "esbuild";
import { newUid, useEmulator } from "../support/emulator.mjs";
import { DONE, mainJob } from "../support/main-job.mjs";
import { usePackedPackage } from "../support/package.mjs";
import { environment, succeed } from "../support/programs.mjs";
import { installTools, requireTool, tool } from "../support/tools.mjs";

const emulator = useEmulator();
const packed = usePackedPackage();
before(installTools);

const asModule = () => `
  import { CometChat } from "cometchat-users";
  ${mainJob(emulator, newUid())}
  console.log(JSON.stringify(done));`;
const asCommonJs = () => `
  const { CometChat } = require("cometchat-users");
  (async () => { ${mainJob(emulator, newUid())} console.log(JSON.stringify(done)); })();`;

describe("Deno", { timeout: 60_000 }, () => {
  const deno = async (name, file, text, permissions) => {
    const project = await packed.project(name, { [file]: text });
    const args = ["run", "--quiet", "--no-prompt", "--cached-only", "--node-modules-dir=manual"];
    const env = { DENO_DIR: join(packed.folder, "deno"), DENO_NO_UPDATE_CHECK: "1" };
    const printed = await succeed(tool("deno"), [...args, ...permissions, file], {
      cwd: project,
      env,
    });
    return JSON.parse(printed);
  };
  const host = () => new URL(emulator.url).host;

  test("needs no permission but the one to reach the server", async () => {
    const done = await deno("deno", "main.mjs", asModule(), [`--allow-net=${host()}`]);
    assert.deepEqual(done, DONE);
  });

  test("takes the emulator's address from the environment when it may read that", async () => {
    const text = asModule().replace(/CometChat\.connectEmulator\(.*?\);/, "");
    assert.doesNotMatch(text, /connectEmulator/);
    const project = await packed.project("deno-env", { "main.mjs": text });
    const args = ["run", "--quiet", "--no-prompt", "--cached-only", "--node-modules-dir=manual"];
    const permissions = [`--allow-net=${host()}`, "--allow-env=COMETCHAT_EMULATOR_HOST"];
    const printed = await succeed(tool("deno"), [...args, ...permissions, "main.mjs"], {
      cwd: project,
      env: { DENO_DIR: join(packed.folder, "deno"), COMETCHAT_EMULATOR_HOST: emulator.url },
    });
    assert.deepEqual(JSON.parse(printed), DONE);
  });
});

describe("Bun", { timeout: 60_000 }, () => {
  for (const [name, file, text] of [
    ["import", "main.mjs", asModule],
    ["require", "main.cjs", asCommonJs],
  ]) {
    test(name, async () => {
      const project = await packed.project(`bun-${name}`, { [file]: text() });
      const printed = await succeed(tool("bun"), ["run", file], { cwd: project });
      assert.deepEqual(JSON.parse(printed), DONE);
    });
  }
});

describe("workerd", { timeout: 60_000 }, () => {
  test("a worker gets the module compiled beforehand, and signs in a user", async (t) => {
    const project = await packed.project("workerd", {
      "worker.mjs": `
        import { CometChat } from "cometchat-users";
        export default {
          async fetch() {
            try {
              ${mainJob(emulator, newUid())}
              return Response.json(done);
            } catch (error) {
              return Response.json({ error, cause: String(error.cause) });
            }
          },
        };`,
    });
    const out = join(project, "out");
    await build({
      entryPoints: [join(project, "worker.mjs")],
      absWorkingDir: project,
      bundle: true,
      format: "esm",
      conditions: ["workerd", "worker"],
      loader: { ".wasm": "copy" },
      outdir: out,
      logLevel: "silent",
    });
    const modules = readdirSync(out).filter((file) => file.endsWith(".wasm"));
    assert.equal(modules.length, 1, "the bundle does not use the compiled module");
    writeFileSync(
      join(out, "config.capnp"),
      `using Workerd = import "/workerd/workerd.capnp";
      const config :Workerd.Config = (
        services = [
          (name = "main", worker = (
            modules = [
              (name = "worker.js", esModule = embed "worker.js"),
              (name = "./${modules[0]}", wasm = embed "${modules[0]}"),
            ],
            compatibilityDate = "2025-01-01",
            globalOutbound = "local",
          )),
          (name = "local", network = (allow = ["local", "private"])),
        ],
        sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
      );`,
    );

    const child = spawn(tool("workerd"), ["serve", "--control-fd=3", "config.capnp"], {
      cwd: out,
      env: environment(),
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    });
    t.after(() => child.kill());
    let log = "";
    child.stderr.on("data", (chunk) => {
      log += chunk;
    });
    let port;
    for await (const line of createInterface({ input: child.stdio[3] })) {
      port = JSON.parse(line).port;
      if (port) break;
    }
    assert.ok(port, `workerd does not listen: ${log}`);
    const reply = await fetch(`http://127.0.0.1:${port}/`);
    assert.deepEqual(await reply.json(), DONE, log);
  });
});

describe("jsdom", { timeout: 60_000 }, () => {
  /** Runs a script in the realm of a new jsdom page, as a test suite for pages does. */
  const inPage = async (name, text, prepare) => {
    const project = await packed.project(name, { "main.cjs": text });
    const { outputFiles } = await build({
      entryPoints: [join(project, "main.cjs")],
      absWorkingDir: project,
      bundle: true,
      format: "iife",
      platform: "neutral",
      mainFields: ["main"],
      conditions: ["require", "node"],
      write: false,
      logLevel: "silent",
    });
    const { JSDOM } = requireTool("jsdom");
    const page = new JSDOM("", { url: "http://localhost/", runScripts: "outside-only" });
    prepare(page.window);
    const done = new Promise((resolve, reject) => Object.assign(page.window, { resolve, reject }));
    vm.runInContext(outputFiles[0].text, page.getInternalVMContext());
    return { done: await done, page };
  };

  const text = () => `
    const { CometChat } = require("cometchat-users");
    (async () => { ${mainJob(emulator, newUid())} return done; })().then(resolve, reject);`;

  // jsdom has no fetch: a test suite brings one from outside, whose objects are of another realm.
  const withFetch = (window) => {
    window.fetch = fetch;
  };

  test("works in the page's realm, and keeps the session in its localStorage", async () => {
    const { done, page } = await inPage("jsdom", text(), withFetch);
    assert.deepEqual(JSON.parse(JSON.stringify(done)), DONE);
    assert.equal(page.window.localStorage.length, 1);
  });

  test("its exceptions are errors of that realm", async () => {
    const program = `
      const { CometChat } = require("cometchat-users");
      CometChat.init("app", { region: "us" })
        .then(() => CometChat.createUser({ uid: "a b" }, "key"))
        .catch((error) => [error instanceof Error, error.code, error.fieldErrors.uid.length])
        .then(resolve, reject);`;
    const { done } = await inPage("jsdom-errors", program, withFetch);
    assert.deepEqual(JSON.parse(JSON.stringify(done)), [true, "INVALID_UID", 1]);
  });

  test("an older jsdom, without TextDecoder and TextEncoder: importing it still does no harm", async () => {
    const program = `
      const { CometChat } = require("cometchat-users");
      const name = new CometChat.User("usr1", "Kevin").getName();
      CometChat.init("app", { region: "us" })
        .then(() => CometChat.createUser({ uid: "usr1", name: "Kevin" }, "key"))
        .then(() => "no error", (error) => [name, error.code, String(error.cause)])
        .then(resolve, reject);`;
    const { done } = await inPage("jsdom-older", program, (window) => {
      delete window.TextDecoder;
      delete window.TextEncoder;
    });
    const [name, code, cause] = done;
    assert.deepEqual([name, code], ["Kevin", "WASM_UNAVAILABLE"]);
    assert.match(cause, /TextDecoder is not defined/);
  });
});
