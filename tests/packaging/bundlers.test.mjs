// What a page gets of the package is what it uses. (That it works in bundlers is the matrix's matter.)

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "vite";
import { usePackedPackage } from "../support/package.mjs";

const packed = usePackedPackage();

test("a page that only knows the classes downloads no .wasm file", async () => {
  const root = await packed.project("vite-classes", {
    "index.html": '<script type="module" src="./main.js"></script>',
    "main.js": 'import { User } from "cometchat-users"; console.log(new User("usr1"));',
  });
  const outDir = join(root, "out");
  await build({ root, configFile: false, logLevel: "error", build: { outDir, emptyOutDir: true } });
  // Vite copies the file all the same, but nothing asks for it.
  const files = readdirSync(outDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".wasm"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  assert.ok(files.some((file) => file.endsWith(".js")));
  for (const file of files) {
    assert.doesNotMatch(readFileSync(file, "utf8"), /\.wasm|WebAssembly/, file);
  }
});
