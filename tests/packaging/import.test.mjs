// Importing the package does nothing: it defines, changes and reads no global, starts no request, reads no file
// outside the package and does not keep the process alive, and what is not used adds nothing to a bundle.

import assert from "node:assert/strict";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { build } from "esbuild";
import { newUid, useEmulator } from "../support/emulator.mjs";
import { mainJob } from "../support/main-job.mjs";
import { usePackedPackage } from "../support/package.mjs";
import { node, run } from "../support/programs.mjs";

const emulator = useEmulator();
const packed = usePackedPackage();

const ways = {
  "import of the modules": ["main.mjs", 'await import("cometchat-users");'],
  "require of the modules": ["main.cjs", 'require("cometchat-users");'],
  "require of the CommonJS build": [
    "main.cjs",
    'require("./node_modules/cometchat-users/dist/cjs/index.js");',
  ],
};
/** A project whose main file is `text`, with `LOAD` replaced by one of the ways. */
async function projectFor(way, name, text) {
  const [file, load] = ways[way];
  const folder = await packed.project(`${name}-${Object.keys(ways).indexOf(way)}`, {
    [file]: text.replace("LOAD", load),
  });
  return { folder, file };
}

/**
 * Records every use of a global with the package on the stack. Node's own loader uses some of them at any
 * time.
 */
const WATCH = `
  const used = [];
  const GLOBALS = ["fetch", "Request", "Response", "Headers", "XMLHttpRequest", "WebSocket",
    "EventSource", "localStorage", "sessionStorage", "indexedDB", "document", "window", "self",
    "location", "navigator", "crypto", "process", "setTimeout", "setInterval", "setImmediate",
    "queueMicrotask", "addEventListener", "WebAssembly", "atob", "Worker", "MessageChannel",
    "BroadcastChannel", "caches", "Deno", "Bun", "TextEncoder", "TextDecoder"];
  const { process } = globalThis;
  Error.stackTraceLimit = Infinity;
  const use = (what) => {
    if (new Error().stack.includes("node_modules/cometchat-users/")) used.push(what);
  };
  const tell = (result) => process.stdout.write(JSON.stringify(result));
  // Node makes some of its globals when they are first read.
  for (const name of Reflect.ownKeys(globalThis)) globalThis[name];
  for (const name of GLOBALS) {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
    const value = descriptor ? globalThis[name] : undefined;
    Object.defineProperty(globalThis, name, {
      configurable: true,
      enumerable: descriptor?.enumerable ?? false,
      get() { use("get " + name); return value; },
      set() { use("set " + name); },
    });
  }
  const environment = process.env;
  process.env = new Proxy(environment, {
    get(target, key) { use("env " + String(key)); return target[key]; },
    has(target, key) { use("env " + String(key)); return key in target; },
    ownKeys(target) { use("env"); return Reflect.ownKeys(target); },
  });
  const snapshot = () => Object.fromEntries([
    globalThis, Object.prototype, Function.prototype, Array.prototype, Promise.prototype,
    Error, Error.prototype, console, Math, JSON, Reflect,
  ].map((object, index) => [index, Object.getOwnPropertyDescriptors(object)]));
  const shape = (snapshot) => JSON.stringify(Object.values(snapshot).map((descriptors) =>
    Reflect.ownKeys(descriptors).map(String)));
  const changed = (before, after) => Object.keys(before).some((at) =>
    Reflect.ownKeys(before[at]).some((key) => ["value", "get", "set"].some((part) =>
      !Object.is(before[at][key][part], after[at][key]?.[part]))));
`;

describe("importing the package", () => {
  for (const way of Object.keys(ways)) {
    const program = `${WATCH}
      const main = async () => {
        const before = snapshot();
        LOAD
        const seen = [...used];
        const after = snapshot();
        process.env = environment;
        tell({ seen, same: shape(before) === shape(after) && !changed(before, after) });
      };
      main();`;

    test(`${way}: makes, changes and asks for no global`, async () => {
      const { folder, file } = await projectFor(way, "globals", program);
      const { seen, same } = JSON.parse(await node([file], { cwd: folder }));
      assert.deepEqual(seen, []);
      assert.equal(same, true, "a global was made or changed");
    });

    test(`${way}: reads no file outside the package`, async () => {
      const { folder, file } = await projectFor(
        way,
        "files",
        `
        const main = async () => { LOAD };
        main().then(() => process.stdout.write("loaded"));`,
      );
      // The process may read the project and nothing else: not even Node's own loader gets further.
      const flag = process.allowedNodeEnvironmentFlags.has("--permission")
        ? "--permission"
        : "--experimental-permission";
      const real = realpathSync(folder);
      const allowed = [
        join(real, file),
        join(real, "package.json"),
        join(real, "node_modules/cometchat-users/*"),
      ].map((path) => `--allow-fs-read=${path}`);
      const { code, stdout, stderr } = await run(
        process.execPath,
        [flag, ...allowed, "--no-warnings", join(real, file)],
        { cwd: real },
      );
      assert.deepEqual([code, stdout, stderr], [0, "loaded", ""]);
    });

    test(`${way}: opens no file itself, and starts nothing that goes on`, async () => {
      const { folder, file } = await projectFor(
        way,
        "handles",
        `
        const main = async () => {
          const fs = (await import("node:fs")).default;
          const opened = [];
          for (const object of [fs, fs.promises]) {
            for (const name of ["open", "openSync", "readFile", "readFileSync", "createReadStream"]) {
              const original = object[name];
              if (!original) continue;
              object[name] = function (path, ...rest) {
                opened.push(String(path));
                return original.call(this, path, ...rest);
              };
            }
          }
          (await import("node:module")).syncBuiltinESMExports();
          const before = process.getActiveResourcesInfo().length;
          LOAD
          const after = process.getActiveResourcesInfo().length;
          process.stdout.write(JSON.stringify({ opened, started: after - before }));
        };
        main();`,
      );
      const { opened, started } = JSON.parse(await node([file], { cwd: folder }));
      const inside = join(realpathSync(folder), "node_modules/cometchat-users");
      const scripts = opened.map((path) => path.replace("file://", ""));
      assert.deepEqual(
        scripts.filter((path) => !path.startsWith(inside) || /\.(wasm|base64)$/.test(path)),
        [],
      );
      assert.equal(started, 0);
    });
  }

  test("the traps of these tests catch a package that does work on import", async () => {
    const busy = `
      globalThis.fetch;
      globalThis.localStorage;
      globalThis.process.env.COMETCHAT_EMULATOR_HOST;
      globalThis.somethingNew = 1;`;
    const program = `${WATCH}
      const before = snapshot();
      await import("cometchat-users");
      tell([used, shape(before) === shape(snapshot())]);`;
    const folder = await packed.project("traps", {
      "main.mjs": program,
      "node_modules/cometchat-users/dist/node/index.js": busy,
    });
    const [used, same] = JSON.parse(await node(["main.mjs"], { cwd: folder }));
    assert.deepEqual(used, [
      "get fetch",
      "get localStorage",
      "get process",
      "env COMETCHAT_EMULATOR_HOST",
    ]);
    assert.equal(same, false);
  });

  test("making users, settings, exceptions and clients does not load the module either", async () => {
    const program = `${WATCH}
      const { AppSettingsBuilder, Client, CometChatException, User, connectEmulator, isInitialized } =
        await import("cometchat-users");
      used.length = 0;
      new User("usr1", "Kevin").setName("K");
      new AppSettingsBuilder().setRegion("us").build();
      new CometChatException({ code: "A", message: "b" });
      new Client("app", { region: "us" });
      connectEmulator();
      isInitialized();
      const seen = [...used];
      process.env = environment;
      tell(seen);`;
    const folder = await packed.project("idle", { "main.mjs": program });
    assert.deepEqual(JSON.parse(await node(["main.mjs"], { cwd: folder })), []);
  });

  test("a program that has done its work ends by itself", async () => {
    const folder = await packed.project("ends", {
      "main.mjs": `import { CometChat } from "cometchat-users";
        ${mainJob(emulator, newUid())}
        process.stdout.write(String(process.getActiveResourcesInfo().includes("Timeout")));`,
    });
    assert.equal(await node(["main.mjs"], { cwd: folder }), "false", "a timer was left behind");
  });
});

describe("what a program does not use is not in its bundle", () => {
  const bundle = async (name, code) => {
    const folder = await packed.project(name, { "main.mjs": code });
    const { outputFiles } = await build({
      entryPoints: [join(folder, "main.mjs")],
      absWorkingDir: folder,
      bundle: true,
      minify: true,
      format: "esm",
      platform: "node",
      write: false,
      logLevel: "silent",
    });
    return outputFiles[0].text;
  };

  test("importing it for nothing leaves nothing", async () => {
    assert.equal((await bundle("unused", 'import "cometchat-users";')).trim(), "");
    const named = 'import { CometChat, createUser } from "cometchat-users";';
    assert.equal((await bundle("unused-names", named)).trim(), "");
  });

  test("the classes come without the module and its loader", async () => {
    const code = `import { User, CometChatException, AppSettingsBuilder } from "cometchat-users";
      console.log(User, CometChatException, AppSettingsBuilder);`;
    const text = await bundle("classes", code);
    assert.doesNotMatch(text, /WebAssembly|AGFzbQ/);
    assert.ok(text.length < 8_000, `${text.length} bytes`);
  });
});
