// Where the module comes from: inside the script in pages, compiled beforehand in Cloudflare's runtime, and
// inside the single file for pages without a bundler.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { build } from "esbuild";
import { newUid, useEmulator } from "../support/emulator.mjs";
import { DONE, mainJob } from "../support/main-job.mjs";
import { usePackedPackage } from "../support/package.mjs";
import { usePages } from "../support/pages.mjs";

const emulator = useEmulator();
const packed = usePackedPackage();

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

test("Cloudflare's runtime, which compiles no bytes, gets the compiled module", async () => {
  for (const entry of ["cometchat-users"]) {
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
      assert.doesNotMatch(text, /[\w+/]{1000}/, `${path} holds the module as text`);
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

  test("a classic script in a page without a charset works, and asks for no other file", async () => {
    const script = await bundleForPage(
      "classic-page",
      `import { CometChat } from "cometchat-users";
       (async () => { ${mainJob(emulator, newUid())} globalThis.result = done; })();`,
    );
    assert.doesNotMatch(script, /import\.meta|[^\0-\x7f]/);
    const { result, asked } = await pages.open('<script src="main.js"></script>', {
      "/main.js": script,
    });
    assert.deepEqual(result, DONE);
    assert.deepEqual(asked, ["/", "/main.js"]);
  });

  test("importing names for nothing leaves nothing in a bundle", async () => {
    const unused = await bundleForPage(
      "unused",
      'import { CometChat, createUser } from "cometchat-users";',
      { format: "esm" },
    );
    assert.equal(unused.trim(), "");
    const classes = await bundleForPage(
      "classes",
      'import { User } from "cometchat-users"; console.log(User);',
    );
    assert.doesNotMatch(classes, /WebAssembly|[\w+/]{1000}/);
  });
});
