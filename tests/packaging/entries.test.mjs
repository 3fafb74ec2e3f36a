// The package's other entries: `cometchat-users/inline`, with the module inside, for places that lose
// files, and the single file for pages without a bundler. They have the same names, and share classes and
// session wherever one program imports two of them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { build } from "esbuild";
import { newUid, useEmulator } from "../support/emulator.mjs";
import { DONE, mainJob } from "../support/main-job.mjs";
import { usePackedPackage } from "../support/package.mjs";
import { usePages } from "../support/pages.mjs";
import { node } from "../support/programs.mjs";

const emulator = useEmulator();
const packed = usePackedPackage();

const print = "process.stdout.write(JSON.stringify(done));";

/** A bundle for a page. */
async function bundleForPage(name, text, options = {}) {
  const folder = await packed.project(name, { "main.mjs": text });
  const { outputFiles, warnings } = await build({
    entryPoints: [join(folder, "main.mjs")],
    absWorkingDir: folder,
    bundle: true,
    format: "iife",
    minify: true,
    write: false,
    logLevel: "silent",
    ...options,
  });
  assert.deepEqual(warnings, []);
  return outputFiles[0].text;
}

describe("cometchat-users/inline in Node", () => {
  test("works from an .mjs script", async () => {
    const text = `import { CometChat } from "cometchat-users/inline";
      ${mainJob(emulator, newUid())} ${print}`;
    const project = await packed.project("inline-mjs", { "main.mjs": text });
    assert.deepEqual(JSON.parse(await node(["main.mjs"], { cwd: project })), DONE);
  });

  test("works from a .cjs script", async () => {
    const text = `const { CometChat } = require("cometchat-users/inline");
      (async () => { ${mainJob(emulator, newUid())} ${print} })();`;
    const project = await packed.project("inline-cjs", { "main.cjs": text });
    assert.deepEqual(JSON.parse(await node(["main.cjs"], { cwd: project })), DONE);
  });

  test("has the main entry's names and classes, imported or required", async () => {
    const program = `
      import assert from "node:assert/strict";
      import { createRequire } from "node:module";
      import * as main from "cometchat-users";
      import * as inline from "cometchat-users/inline";
      const required = createRequire(import.meta.url)("cometchat-users/inline");
      for (const other of [inline, required]) {
        assert.deepEqual(Object.keys(other).sort(), Object.keys(main).sort());
        assert.deepEqual(Object.keys(other.CometChat).sort(), Object.keys(main.CometChat).sort());
        for (const name of ["User", "CometChatException", "AppSettingsBuilder", "Client"]) {
          assert.equal(other[name], main[name], name);
          assert.equal(other.CometChat[name], main[name], name);
        }
      }`;
    const project = await packed.project("inline-names", { "main.mjs": program });
    await node(["main.mjs"], { cwd: project });
  });

  test("shares the main entry's session", async () => {
    const program = `
      import { CometChat } from "cometchat-users";
      import { getLoggedInUser } from "cometchat-users/inline";
      ${mainJob(emulator, newUid())}
      process.stdout.write((await getLoggedInUser()).getName());`;
    const project = await packed.project("inline-session", { "main.mjs": program });
    assert.equal(await node(["main.mjs"], { cwd: project }), "Kevin F.");
  });
});

test("Cloudflare's runtime, which compiles no bytes, gets the compiled module from both entries", async () => {
  for (const entry of ["cometchat-users", "cometchat-users/inline"]) {
    const folder = await packed.project(`workerd-${entry.replace(/\W/g, "-")}`, {
      "worker.mjs": `export { createUser } from "${entry}";`,
    });
    const { outputFiles } = await build({
      entryPoints: [join(folder, "worker.mjs")],
      absWorkingDir: folder,
      bundle: true,
      format: "esm",
      conditions: ["workerd", "worker"],
      loader: { ".wasm": "copy" },
      outdir: join(folder, "out"),
      write: false,
      logLevel: "silent",
    });
    assert.equal(outputFiles.filter(({ path }) => path.endsWith(".wasm")).length, 1, entry);
    for (const { path, text } of outputFiles.filter(({ path }) => path.endsWith(".js"))) {
      assert.ok(!text.includes("AGFzbQ"), `${path} holds the module as text`);
    }
  }
});

describe("in a page", () => {
  const pages = usePages();

  test("the single file works from a page's own script, and asks for no other file", async () => {
    const script = readFileSync(
      join(
        await packed.project("single-file", {}),
        "node_modules/cometchat-users/dist/cometchat-users.min.js",
      ),
      "utf8",
    );
    const { result, asked } = await pages.open(
      `<script type="module">
        import { CometChat } from "./cometchat-users.min.js";
        ${mainJob(emulator, newUid())}
        globalThis.result = [done, created.constructor.name];
      </script>`,
      { "/cometchat-users.min.js": script },
    );
    assert.deepEqual(result, [DONE, "User"]);
    assert.deepEqual(asked, ["/", "/cometchat-users.min.js"]);
    assert.doesNotMatch(script, /sourceMappingURL|import\.meta/);
  });

  test("a classic script, bundled with the module inside, asks for no other file", async () => {
    const script = await bundleForPage(
      "inline-page",
      `import { CometChat } from "cometchat-users/inline";
       (async () => { ${mainJob(emulator, newUid())} globalThis.result = done; })();`,
    );
    assert.doesNotMatch(script, /import\.meta|cometchat_users\.wasm"/);
    const { result, asked } = await pages.open('<script src="main.js"></script>', {
      "/main.js": script,
    });
    assert.deepEqual(result, DONE);
    assert.deepEqual(asked, ["/", "/main.js"]);
  });

  for (const [order, imports] of [
    ["main entry first", ["cometchat-users", "cometchat-users/inline"]],
    ["inline entry first", ["cometchat-users/inline", "cometchat-users"]],
  ]) {
    test(`where both entries are bundled (${order}), the module inside is used, and all is one`, async () => {
      const [first, second] = imports;
      const script = await bundleForPage(
        `both-${order}`.replaceAll(" ", "-"),
        `import { CometChat, createUser, Client, User } from "${first}";
         import * as other from "${second}";
         ${mainJob(emulator, newUid())}
         globalThis.result = [
           done, typeof createUser, Client === other.Client, User === other.User,
           (await other.getLoggedInUser()).getName(),
         ];`,
        { format: "esm" },
      );
      const { result, asked } = await pages.open('<script type="module" src="main.js"></script>', {
        "/main.js": script,
      });
      assert.deepEqual(result, [DONE, "function", true, true, "Kevin F."]);
      assert.deepEqual(asked, ["/", "/main.js"]);
    });
  }

  test("importing names of the inline entry for nothing leaves nothing in a bundle", async () => {
    const unused = await bundleForPage(
      "inline-unused",
      'import { CometChat, createUser } from "cometchat-users/inline";',
      { format: "esm" },
    );
    assert.equal(unused.trim(), "");
    const classes = await bundleForPage(
      "inline-classes",
      'import { User } from "cometchat-users/inline"; console.log(User);',
    );
    assert.doesNotMatch(classes, /WebAssembly|AGFzbQ/);
  });
});
