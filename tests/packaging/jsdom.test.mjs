// The installed package in a realm of jsdom, as test suites use it: its objects are not those of the program
// around it.

import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import vm from "node:vm";
import { build } from "esbuild";
import { newUid, useEmulator } from "../support/emulator.mjs";
import { DONE, mainJob } from "../support/main-job.mjs";
import { usePackedPackage } from "../support/package.mjs";
import { installTools, requireTool } from "../support/tools.mjs";

const emulator = useEmulator();
const packed = usePackedPackage();
before(installTools);

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

  // jsdom has no fetch: a test suite uses one from outside, whose objects are of another realm.
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
