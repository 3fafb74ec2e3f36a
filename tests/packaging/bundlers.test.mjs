// What a bundled page downloads of the package, and when: only what it uses, and the module early where the
// page asks for that. (The matrix tests that the package works in bundlers.)

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { build, createServer, preview } from "vite";
import { launchBrowser } from "../support/browser.mjs";
import { codeBlocks } from "../support/markdown.mjs";
import { usePackedPackage } from "../support/package.mjs";
import { root as repository } from "../support/programs.mjs";

const packed = usePackedPackage();

test("a page that only knows the classes downloads no .wasm file", async () => {
  const root = await packed.project("vite-classes", {
    "index.html": '<script type="module" src="./main.js"></script>',
    "main.js": 'import { User } from "cometchat-users"; console.log(new User("usr1"));',
  });
  const outDir = join(root, "out");
  await build({ root, configFile: false, logLevel: "error", build: { outDir, emptyOutDir: true } });
  // Vite copies the .wasm file nevertheless, but nothing asks for it.
  const files = readdirSync(outDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".wasm"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  assert.ok(files.some((file) => file.endsWith(".js")));
  for (const file of files) {
    assert.doesNotMatch(readFileSync(file, "utf8"), /\.wasm|WebAssembly/, file);
  }
});

describe("a page whose head names the module", () => {
  const [{ code: line }] = codeBlocks(join(repository, "docs/api.md")).filter(
    ({ language, headings }) => language === "html" && headings.at(-1) === "Loading the module",
  );
  const quiet = { configFile: false, logLevel: "error" };
  const local = { host: "127.0.0.1", port: 0 };
  const ways = {
    "built by Vite": async (root) => {
      await build({ ...quiet, root });
      return await preview({ ...quiet, root, preview: local });
    },
    "from Vite's development server": async (root) => {
      const server = await createServer({ ...quiet, root, server: { ...local, hmr: false } });
      return await server.listen();
    },
  };

  let browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser?.close());

  /** What asked for the module, each time. */
  async function askers(serve, name, head) {
    const root = await packed.project(name, {
      "index.html": `<!doctype html><link rel="icon" href="data:,">${head}
        <script type="module" src="./main.js"></script>`,
      "main.js": `import { load } from "cometchat-users";
        await load();
        globalThis.asked = performance.getEntriesByType("resource")
          .filter(({ name }) => name.endsWith(".wasm"))
          .map(({ initiatorType }) => initiatorType);`,
    });
    const server = await serve(root);
    try {
      const page = await browser.newPage();
      await page.goto(server.resolvedUrls.local[0]);
      const asked = await page.waitForFunction(() => globalThis.asked);
      return await asked.jsonValue();
    } finally {
      await server.close();
    }
  }

  for (const [way, serve] of Object.entries(ways)) {
    const name = way.replace(/\W+/g, "-");

    test(`${way}: has it once, asked for by the page`, async () => {
      assert.deepEqual(await askers(serve, `preloaded-${name}`, line), ["link"]);
    });

    test(`${way}: without that line, the script asks for it`, async () => {
      assert.deepEqual(await askers(serve, `loaded-${name}`, ""), ["fetch"]);
    });
  }
});
