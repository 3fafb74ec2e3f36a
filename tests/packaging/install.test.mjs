// The packed tarball: its files, and that it works from an .mjs and from a .cjs script of a project that has
// installed nothing else.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { newUid, useEmulator } from "../support/emulator.mjs";
import { DONE, mainJob } from "../support/main-job.mjs";
import { usePackedPackage } from "../support/package.mjs";
import { node, root, run } from "../support/programs.mjs";

const emulator = useEmulator();
const packed = usePackedPackage();

const print = "process.stdout.write(JSON.stringify(done));";
const asModule = () => `
  import { CometChat } from "cometchat-users";
  ${mainJob(emulator, newUid())}
  ${print}`;
const asCommonJs = () => `
  const { CometChat } = require("cometchat-users");
  (async () => { ${mainJob(emulator, newUid())} ${print} })();`;

/** With this flag, Node behaves like the versions whose `require` cannot load modules. */
const WITHOUT_REQUIRE_MODULE = process.allowedNodeEnvironmentFlags.has(
  "--experimental-require-module",
)
  ? ["--no-experimental-require-module"]
  : [];

describe("the tarball", () => {
  test("holds these files and no other", () => {
    const modules = [
      "api",
      "called",
      "calls",
      "client",
      "crash",
      "exception",
      "generated/bindings",
      "generated/exchange",
      "generated/look",
      "generated/limits",
      "generated/wasm-base64",
      "generated/wasm-deflated",
      "glue/codecs",
      "glue/registry",
      "glue/slots",
      "glue/turns",
      "index",
      "loader",
      "login-listener",
      "logins",
      "session-watch",
      "settings",
      "storage",
      "token",
      "user",
      "validate-user",
      "wasm/given",
      "wasm/node",
      "wasm/web",
      "wasm/workerd",
    ];
    /** The typings that `index.d.ts` reaches; once more for `require`. */
    const typings = [
      "api",
      "client",
      "exception",
      "generated/codes",
      "generated/user-fields",
      "index",
      "loader",
      "login-listener",
      "session-watch",
      "settings",
      "token",
      "user",
      "validate-user",
      ...["admin-client", "index", "node-handler", "options", "token-handler", "user-list"].map(
        (name) => `server/${name}`,
      ),
      ...["fields", "index", "options", "pieces", "row", "rows", "undo"].map(
        (name) => `provision/${name}`,
      ),
    ];
    const expected = [
      ...modules.map((name) => `dist/${name}.js`),
      ...["dist/", "dist/cjs/"].flatMap((folder) => typings.map((name) => `${folder}${name}.d.ts`)),
      "LICENSE-APACHE",
      "LICENSE-MIT",
      "README.md",
      "errors.md",
      "dist/cjs/index.js",
      "dist/cjs/package.json",
      "dist/cometchat-users.min.js",
      "dist/cometchat_users.wasm",
      "dist/cometchat_users.wasm.d.ts",
      "dist/cjs/js/index.js",
      "dist/js/index.js",
      "dist/cjs/server/browser.js",
      "dist/cjs/server/index.js",
      "dist/server/browser.js",
      "dist/server/cometchat_users_server.wasm",
      "dist/server/edge-light.js",
      "dist/server/index.js",
      "dist/server/workerd.js",
      "dist/cjs/provision/index.js",
      "dist/command.js",
      "dist/command.licenses.txt",
      "dist/provision/index.js",
      "dist/node/api.js",
      "dist/node/index.js",
      "package.json",
    ];
    assert.deepEqual(packed.files, expected.sort());
  });

  test("names no source map: there is none", async () => {
    const project = await packed.project("source-maps", {});
    for (const file of packed.files) {
      const text = readFileSync(join(project, "node_modules/cometchat-users", file), "latin1");
      assert.doesNotMatch(text, /sourceMappingURL/, file);
    }
  });

  test("every file that package.json names is there", () => {
    const manifest = JSON.parse(readFileSync(join(root, "pkg/package.json"), "utf8"));
    const { main, types, unpkg, jsdelivr, imports, exports } = manifest;
    const named = JSON.stringify({ main, types, unpkg, jsdelivr, imports, exports });
    const paths = [...named.matchAll(/"\.\/((?:dist\/|package\.json)[^"]*)"/g)].map(
      ([, path]) => path,
    );
    assert.ok(paths.length > 20, `${paths.length} paths`);
    for (const path of paths) assert.ok(packed.files.includes(path), path);
  });

  test("has a licence that package.json names, for npm's and other people's tools", () => {
    const { license, engines, sideEffects } = JSON.parse(
      readFileSync(join(root, "pkg/package.json"), "utf8"),
    );
    assert.deepEqual(
      [license, engines, sideEffects],
      [
        "MIT OR Apache-2.0",
        { node: ">=20" },
        // Nothing but the error that is in the place of the server's half in a page.
        ["./dist/server/browser.js", "./dist/cjs/server/browser.js"],
      ],
    );
  });

  test("names no path of the machine that built it", async () => {
    const project = await packed.project("paths", {});
    for (const file of packed.files) {
      const text = readFileSync(join(project, "node_modules/cometchat-users", file), "latin1");
      for (const path of [root.replace(/\/$/, ""), homedir()]) {
        assert.ok(!text.includes(path), `${file} names ${path}`);
      }
    }
  });

  test("depends on nothing and runs nothing when it is installed", () => {
    const { dependencies, peerDependencies, optionalDependencies, scripts } = JSON.parse(
      readFileSync(join(root, "pkg/package.json"), "utf8"),
    );
    assert.deepEqual(
      [dependencies, peerDependencies, optionalDependencies],
      [undefined, undefined, undefined],
    );
    for (const script of ["preinstall", "install", "postinstall"]) {
      assert.equal(scripts?.[script], undefined);
    }
  });
});

describe("installed in an empty project", () => {
  test("works from an .mjs script", async () => {
    const project = await packed.project("mjs", { "main.mjs": asModule() });
    const printed = await node(["main.mjs"], { cwd: project });
    assert.deepEqual(JSON.parse(printed), DONE);
  });

  test("works from a .cjs script", async () => {
    const project = await packed.project("cjs", { "main.cjs": asCommonJs() });
    const printed = await node(["main.cjs"], { cwd: project });
    assert.deepEqual(JSON.parse(printed), DONE);
  });

  test("works from a .cjs script where require cannot load modules", async () => {
    const check = `
      const path = require.resolve("cometchat-users").replaceAll("\\\\", "/");
      if (!path.endsWith("/dist/cjs/index.js")) throw new Error(path);`;
    const project = await packed.project("old-cjs", { "main.cjs": asCommonJs() + check });
    const printed = await node([...WITHOUT_REQUIRE_MODULE, "main.cjs"], { cwd: project });
    assert.deepEqual(JSON.parse(printed), DONE);
  });

  test("import and require in one process give the same classes", async () => {
    const program = `
      import { createRequire } from "node:module";
      import * as imported from "cometchat-users";
      const required = createRequire(import.meta.url)("cometchat-users");
      for (const name of ["User", "CometChatException", "Client", "init"]) {
        if (imported[name] !== required[name]) throw new Error(name);
      }
      if (imported.CometChat.User !== required.CometChat.User) throw new Error("CometChat");
      process.stdout.write("same");`;
    const project = await packed.project("both", { "main.mjs": program });
    const { code, stdout, stderr } = await run(process.execPath, ["main.mjs"], { cwd: project });
    assert.equal(stderr, "", "require of a module must not warn");
    assert.deepEqual([code, stdout], [0, "same"]);
  });

  test("the module and package.json can be asked for by path, and nothing else", async () => {
    const program = `
      import { readFileSync } from "node:fs";
      const wasm = new URL(import.meta.resolve("cometchat-users/cometchat_users.wasm"));
      await WebAssembly.compile(readFileSync(wasm));
      import.meta.resolve("cometchat-users/package.json");
      let code;
      try {
        import.meta.resolve("cometchat-users/dist/client.js");
      } catch (error) {
        code = error.code;
      }
      process.stdout.write(String(code));`;
    const project = await packed.project("paths-of-it", { "main.mjs": program });
    assert.equal(await node(["main.mjs"], { cwd: project }), "ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  test("load takes the module from elsewhere: bytes, a compiled module, a response, an address", async () => {
    const program = (source) => `
      import { readFileSync } from "node:fs";
      import { CometChat, load } from "cometchat-users";
      const path = new URL(import.meta.resolve("cometchat-users/cometchat_users.wasm"));
      const bytes = readFileSync(path);
      const response = () => new Response(bytes, { headers: { "Content-Type": "application/wasm" } });
      await load(${source});
      ${mainJob(emulator, newUid())}
      ${print}`;
    const sources = [
      "bytes",
      "bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)",
      "await WebAssembly.compile(bytes)",
      "WebAssembly.compile(bytes)",
      "response()",
      "Promise.resolve(response())",
      "'data:application/wasm;base64,' + bytes.toString('base64')",
    ];
    for (const [index, source] of sources.entries()) {
      const project = await packed.project(`load-${index}`, { "main.mjs": program(source) });
      assert.deepEqual(JSON.parse(await node(["main.mjs"], { cwd: project })), DONE, source);
    }
  });

  test("a module that cannot be loaded is WASM_UNAVAILABLE, and the next call tries again", async () => {
    const program = `
      import { CometChat, load } from "cometchat-users";
      const error = await load(new Uint8Array([1, 2, 3])).catch((error) => error);
      if (error.code !== "WASM_UNAVAILABLE") throw error;
      if (!(error.cause instanceof Error) || !error.details.includes("load(url)")) throw error;
      ${mainJob(emulator, newUid())}
      ${print}`;
    const project = await packed.project("unloadable", { "main.mjs": program });
    assert.deepEqual(JSON.parse(await node(["main.mjs"], { cwd: project })), DONE);
  });
});
