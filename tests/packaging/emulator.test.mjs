// The emulator's package as npm publishes it: its files and its size, what checkers say, and each place where it
// has to work, with nothing but the two packed packages installed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { usePackedPackage } from "../support/package.mjs";
import { node, root, run } from "../support/programs.mjs";
import { installTools, requireTool, tool } from "../support/tools.mjs";
import { rows } from "./emulator/rows.mjs";
import { openMatrix } from "./matrix/matrix.mjs";

const packed = usePackedPackage(["./pkg/emulator"]);
before(installTools);
const manifest = JSON.parse(readFileSync(join(root, "pkg/emulator/package.json"), "utf8"));
const installed = (project) => join(project, "node_modules/cometchat-emulator");

describe("the tarball", () => {
  test("holds these files, the demo page, and no other", () => {
    const [{ files }] = packed.others;
    const isPage = (name) => /^dist\/page\/(assets\/[\w.-]+|[\w.-]+)$/.test(name);
    assert.deepEqual(
      files.filter((name) => !isPage(name)),
      [
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "dist/api.d.ts",
        "dist/cjs/api.d.ts",
        "dist/cjs/index.js",
        "dist/cjs/index.d.ts",
        "dist/cjs/package.json",
        "dist/command.js",
        "dist/engine.wasm",
        "dist/index.d.ts",
        "dist/index.js",
        "dist/web.js",
        "dist/workerd.js",
        "package.json",
      ].sort(),
    );
    assert.ok(files.includes("dist/page/index.html"));
    assert.deepEqual(
      files.filter((name) => name.includes("engine")),
      ["dist/engine.wasm"],
      "once: the page that the command serves has an emulator",
    );
    assert.ok(
      !packed.files.some((name) => name.includes("emulator")),
      "the client's has none of it",
    );
  });

  test("is no larger than 600 KB, and what a page downloads of the engine than 350 KB", () => {
    const [{ bytes }] = packed.others;
    assert.ok(bytes <= 600 * 1024, `${bytes} bytes packed`);
    const engine = readFileSync(join(root, "pkg/emulator/dist/engine.wasm"));
    const gzip = gzipSync(engine, { level: 9 }).length;
    assert.ok(gzip <= 350 * 1024, `${gzip} bytes gzipped`);
  });

  test("depends on nothing, runs nothing when it is installed, and has the client's version", () => {
    const { dependencies, peerDependencies, optionalDependencies, scripts } = manifest;
    assert.deepEqual(
      [dependencies, peerDependencies, optionalDependencies, scripts],
      [undefined, undefined, undefined, undefined],
    );
    const client = JSON.parse(readFileSync(join(root, "pkg/package.json"), "utf8"));
    const shared = ({ version, license, engines, type }) => [version, license, engines, type];
    assert.deepEqual(shared(manifest), shared(client));
    assert.equal(manifest.sideEffects, false);
  });

  test("names no path of the machine that built it, and no source map", async () => {
    const project = await packed.project("paths", {});
    for (const file of packed.others[0].files) {
      const text = readFileSync(join(installed(project), file), "latin1");
      for (const path of [root.replace(/\/$/, ""), homedir(), "sourceMappingURL"]) {
        assert.ok(!text.includes(path), `${file} has ${path}`);
      }
    }
  });

  test("publint finds nothing to complain about", async () => {
    const { publint } = await import(pathToFileURL(requireTool.resolve("publint")).href);
    const pkgDir = installed(await packed.project("publint", {}));
    const { messages } = await publint({ pkgDir, strict: true, pack: false });
    assert.deepEqual(messages, []);
  });

  test("arethetypeswrong: the types are right under every way of resolving modules", async () => {
    const { stdout } = await run(tool("attw"), [packed.others[0].tarball, "--format", "json"]);
    const { analysis, problems } = JSON.parse(stdout);
    assert.deepEqual(Object.keys(analysis.entrypoints).sort(), [".", "./package.json"]);
    assert.deepEqual(Object.values(problems).flat(), []);
  });
});

describe("importing it", () => {
  test("changes no global, opens nothing and reads no engine", async () => {
    const program = `
      import { createRequire } from "node:module";
      const keys = () => Reflect.ownKeys(globalThis).map(String).join();
      const before = keys();
      const { fetch } = globalThis;
      WebAssembly.compile = () => { throw new Error("compiled"); };
      await import("cometchat-emulator");
      createRequire(import.meta.url)("./node_modules/cometchat-emulator/dist/cjs/index.js");
      await new Promise((resolve) => setImmediate(resolve));
      if (keys() !== before || globalThis.fetch !== fetch) throw new Error("globals changed");
      const open = process.getActiveResourcesInfo().filter((name) => !/^(FS|Close)Req|^FileHandle|^Pipe|^TTY/.test(name));
      if (open.length > 0) throw new Error(open.join());
      process.stdout.write("nothing");`;
    const project = await packed.project("import", { "main.mjs": program });
    assert.equal(await node(["main.mjs"], { cwd: project }), "nothing");
  });

  test("a bundle that does not use it has nothing of it", async () => {
    const { build } = await import("esbuild");
    const project = await packed.project("unused", { "main.js": 'import "cometchat-emulator";' });
    const { outputFiles } = await build({
      entryPoints: [join(project, "main.js")],
      bundle: true,
      write: false,
      logLevel: "silent",
    });
    assert.ok(outputFiles[0].text.length < 100, outputFiles[0].text.slice(0, 300));
  });
});

describe("the command of an installed package", () => {
  test("starts as npx starts it", async () => {
    const project = await packed.project("npx", {});
    const { code, stdout } = await run("npx", ["--no-install", "cometchat-emulator", "--version"], {
      cwd: project,
    });
    assert.deepEqual([code, stdout], [0, `cometchat-emulator ${manifest.version}\n`]);
  });
});

describe("it works in", { concurrency: 2 }, () => {
  let matrix;
  before(async () => {
    matrix = await openMatrix({ others: ["./pkg/emulator"] });
  });
  after(() => matrix.close());
  for (const row of rows) {
    test(row.name, async () => {
      const { error } = await matrix.run({ tried: [], ...row });
      if (error) throw error;
    });
  }
});

describe("rows fail where the package is broken", () => {
  test("the rows without a network have none", async () => {
    const folder = join(root, "tests/packaging/emulator/app");
    const connect = "await fetch('http://127.0.0.1:1/').catch((e) => console.log(e.message))";
    const preload = ["--require", join(folder, "no-network.cjs")];
    const program = `try { ${connect} } catch (e) { console.log(e.message) }`;
    const { stdout } = await run(process.execPath, [
      ...preload,
      "--input-type=module",
      "-e",
      program,
    ]);
    assert.equal(stdout, "there is no network here\n");
  });

  test("without the engine's file, all of them", async () => {
    const names = ["node-import", "node-require", "vite-page"];
    const matrix = await openMatrix({
      others: ["./pkg/emulator"],
      prepare: (project) => rm(join(installed(project), "dist/engine.wasm")),
    });
    try {
      for (const row of rows.filter(({ name }) => names.includes(name))) {
        const { error } = await matrix.run({ tried: [], ...row });
        assert.ok(error, row.name);
      }
    } finally {
      await matrix.close();
    }
  });
});
