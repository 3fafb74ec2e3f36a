// The package through other people's bundlers: a page gets the .wasm file exactly once and nothing of
// it as text, a server's bundle is one script that runs wherever it is put.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import * as esbuild from "esbuild";
import { build as vite } from "vite";
import { newUid, useEmulator } from "../support/emulator.mjs";
import { DONE, mainJob } from "../support/main-job.mjs";
import { usePackedPackage } from "../support/package.mjs";
import { node, temporaryFolder } from "../support/programs.mjs";
import { installTools, requireTool } from "../support/tools.mjs";

const emulator = useEmulator();
const packed = usePackedPackage();
const elsewhere = temporaryFolder();
before(installTools);

const asModule = () => `
  import { CometChat } from "cometchat-users";
  ${mainJob(emulator, newUid())}
  globalThis.process?.stdout.write(JSON.stringify(done));`;
const asFunction = (load) => `
  ${load}
  (async () => {
    ${mainJob(emulator, newUid())}
    globalThis.process?.stdout.write(JSON.stringify(done));
  })();`;
const IMPORT = 'import { CometChat } from "cometchat-users";';
const REQUIRE = 'const { CometChat } = require("cometchat-users");';

/** What the module looks like as base64: its first bytes. */
const INLINED = "AGFzbQ";

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

/** Asserts what a page is to download of the package. */
function assertPage(folder) {
  const files = filesBelow(folder);
  const modules = files.filter((file) => file.endsWith(".wasm"));
  assert.equal(modules.length, 1, files.join("\n"));
  assert.ok(WebAssembly.validate(readFileSync(modules[0])));
  for (const file of files.filter((file) => /\.m?js$/.test(file))) {
    const text = readFileSync(file, "utf8");
    assert.ok(!text.includes(INLINED), `${file} holds the module as text`);
  }
}

/** Runs a bundle in an empty folder, far from the package. */
async function runElsewhere(bundle, name) {
  const folder = join(elsewhere, name.replace(/\W/g, "-"));
  await mkdir(folder);
  const file = join(folder, name);
  await cp(bundle, file);
  return JSON.parse(await node([file], { cwd: folder }));
}

describe("vite", () => {
  const build = async (name, files, options) => {
    const root = await packed.project(name, files);
    const outDir = join(root, "out");
    await vite({
      root,
      configFile: false,
      logLevel: "error",
      build: { outDir, emptyOutDir: true, ...options.build },
      ...options.ssr,
    });
    return outDir;
  };

  test("a page gets the .wasm file once, and not as text", async () => {
    const outDir = await build(
      "vite-page",
      {
        "index.html": '<script type="module" src="./main.js"></script>',
        "main.js": asFunction(IMPORT),
      },
      { build: { assetsInlineLimit: 0 } },
    );
    assertPage(outDir);
  });

  test("even with vite's own limit for inlining", async () => {
    const outDir = await build(
      "vite-inline",
      {
        "index.html": '<script type="module" src="./main.js"></script>',
        "main.js": asFunction(IMPORT),
      },
      {},
    );
    assertPage(outDir);
  });

  test("a page that only knows the classes downloads no .wasm file", async () => {
    const outDir = await build(
      "vite-classes",
      {
        "index.html": '<script type="module" src="./main.js"></script>',
        "main.js": 'import { User } from "cometchat-users"; console.log(new User("usr1"));',
      },
      {},
    );
    // Vite copies the file all the same, but nothing asks for it.
    for (const file of filesBelow(outDir).filter((file) => !file.endsWith(".wasm"))) {
      assert.doesNotMatch(readFileSync(file, "utf8"), /\.wasm|WebAssembly/, file);
    }
  });

  test("a server's bundle runs wherever it is put", async () => {
    const outDir = await build(
      "vite-server",
      { "main.mjs": asModule() },
      {
        build: { ssr: "main.mjs", rollupOptions: { output: { entryFileNames: "main.mjs" } } },
        ssr: { ssr: { noExternal: true, target: "node" } },
      },
    );
    assert.deepEqual(await runElsewhere(join(outDir, "main.mjs"), "vite.mjs"), DONE);
  });
});

describe("esbuild", () => {
  const bundle = async (name, file, text, options) => {
    const folder = await packed.project(name, { [file]: text });
    const outfile = join(folder, "out", `bundle.${options.format === "cjs" ? "cjs" : "mjs"}`);
    const { warnings } = await esbuild.build({
      entryPoints: [join(folder, file)],
      absWorkingDir: folder,
      bundle: true,
      outfile,
      logLevel: "silent",
      ...options,
    });
    assert.deepEqual(warnings, []);
    return outfile;
  };

  for (const [name, file, text, options] of [
    ["a module", "main.mjs", asModule, { platform: "node", format: "esm" }],
    ["a script", "main.mjs", () => asFunction(IMPORT), { platform: "node", format: "cjs" }],
    [
      "a minified script",
      "main.mjs",
      () => asFunction(IMPORT),
      { platform: "node", format: "cjs", minify: true },
    ],
    [
      "a script that requires",
      "main.cjs",
      () => asFunction(REQUIRE),
      { platform: "node", format: "cjs" },
    ],
    [
      "a script that requires, where modules cannot be required",
      "main.cjs",
      () => asFunction(REQUIRE),
      { platform: "node", format: "cjs", conditions: [], mainFields: ["main"] },
    ],
  ]) {
    test(`${name} for Node runs wherever it is put`, async () => {
      const project = `esbuild ${name}`.replace(/\W+/g, "-");
      const outfile = await bundle(project, file, text(), options);
      const extension = options.format === "cjs" ? "cjs" : "mjs";
      assert.deepEqual(await runElsewhere(outfile, `${project}.${extension}`), DONE);
    });
  }

  test("for a page, the script is built without a warning and asks for the file beside it", async () => {
    const outfile = await bundle("esbuild-page", "main.mjs", asFunction(IMPORT), {
      platform: "browser",
      format: "esm",
    });
    const text = readFileSync(outfile, "utf8");
    assert.ok(!text.includes(INLINED));
    assert.match(text, /new URL\("\.\.\/cometchat_users\.wasm", import\.meta\.url\)/);
  });
});

describe("webpack", () => {
  const build = async (name, files, options) => {
    const folder = await packed.project(name, files);
    const output = join(folder, "out");
    const webpack = requireTool("webpack");
    const stats = await new Promise((resolve, reject) => {
      webpack(
        {
          mode: "production",
          context: folder,
          entry: `./${Object.keys(files)[0]}`,
          output: { path: output, filename: "bundle.cjs" },
          performance: { hints: false },
          ...options,
        },
        (error, stats) => (error ? reject(error) : resolve(stats)),
      );
    });
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    assert.deepEqual([errors, warnings], [[], []]);
    return output;
  };

  test("a page gets the .wasm file once, and not as text", async () => {
    assertPage(await build("webpack-page", { "main.js": asFunction(IMPORT) }, { target: "web" }));
  });

  test("a script for Node runs wherever it is put", async () => {
    const output = await build(
      "webpack-node",
      { "main.js": asFunction(IMPORT) },
      { target: "node" },
    );
    assert.deepEqual(await runElsewhere(join(output, "bundle.cjs"), "webpack.cjs"), DONE);
  });

  test("a script that requires the package runs wherever it is put", async () => {
    const output = await build(
      "webpack-cjs",
      { "main.cjs": asFunction(REQUIRE) },
      { target: "node" },
    );
    assert.deepEqual(await runElsewhere(join(output, "bundle.cjs"), "webpack-cjs.cjs"), DONE);
  });
});
