// What a bundled page downloads of the package: only what it uses. (The matrix tests that the package works in
// bundlers.)

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "vite";
import { usePackedPackage } from "../support/package.mjs";

const packed = usePackedPackage();

test("a page that only knows the classes downloads no module", async () => {
  const root = await packed.project("vite-classes", {
    "index.html": '<script type="module" src="./main.js"></script>',
    "main.js": 'import { User } from "cometchat-users"; console.log(new User("usr1"));',
  });
  const outDir = join(root, "out");
  await build({ root, configFile: false, logLevel: "error", build: { outDir, emptyOutDir: true } });
  const files = readdirSync(outDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  assert.ok(files.some((file) => file.endsWith(".js")));
  for (const file of files) {
    assert.doesNotMatch(file, /\.wasm$/);
    assert.doesNotMatch(readFileSync(file, "utf8"), /WebAssembly|[\w+/]{1000}/, file);
  }
});
