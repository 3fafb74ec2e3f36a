// The checkers of published packages have nothing to say about the tarball, and its README leads somewhere from npm's
// page.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { usePackedPackage } from "../support/package.mjs";
import { root, run } from "../support/programs.mjs";
import { installTools, requireTool, tool } from "../support/tools.mjs";

const packed = usePackedPackage();
before(installTools);

test("publint finds nothing to complain about", async () => {
  const { publint } = await import(pathToFileURL(requireTool.resolve("publint")).href);
  const project = await packed.project("publint", {});
  const { messages } = await publint({
    pkgDir: join(project, "node_modules/cometchat-users"),
    strict: true,
    pack: false,
  });
  assert.deepEqual(messages, []);
});

test("each link and picture of the README has an address, of a file of this version", async () => {
  const project = await packed.project("readme", {});
  const read = (path) => readFileSync(join(project, "node_modules", path), "utf8");
  const { bugs, version } = JSON.parse(read("cometchat-users/package.json"));
  const inRepository = new RegExp(`^${bugs.replace(/issues$/, "(raw|blob)")}/v${version}/([^#]+)`);
  const targets = [...read("cometchat-users/README.md").matchAll(/(!?)\[[^\]]*\]\(([^)]+)\)/g)];
  const found = targets.filter(([, picture, target]) => {
    if (target.startsWith("#")) return false;
    assert.match(target, /^https:\/\//);
    const [, view, path] = inRepository.exec(target) ?? [];
    if (!view) return false;
    assert.equal(view, picture ? "raw" : "blob", target);
    assert.ok(existsSync(join(root, path)), target);
    return true;
  });
  assert.ok(found.length > 20, `${found.length}`);
  const ofEmulator = readFileSync(join(root, "pkg/emulator/README.md"), "utf8");
  assert.doesNotMatch(ofEmulator, /\]\((?!https:)/);
});

/**
 * What arethetypeswrong cannot judge, and why. It has to report each of these: an exclusion that is no longer
 * needed fails.
 */
const EXCLUDED = {
  "./cometchat-users.min.js node10 NoResolution":
    "That resolution knows of no `exports`. The file is for a page, which has no resolution at all.",
  "./cometchat-users.min.js node16-cjs CJSResolvesToESM":
    "The file is a module, as a page's script has to be. `require` has `.`.",
  "./cometchat_users.wasm node10 NoResolution":
    "That resolution knows of no `exports`, and a compiler that uses it of no `.wasm` files.",
  "./cometchat_users.wasm node16-cjs CJSResolvesToESM":
    "A CommonJS script does not import a `.wasm` file; it may ask for its path.",
};

test("arethetypeswrong: the types are right under every way of resolving modules", async () => {
  const { stdout, stderr } = await run(tool("attw"), [packed.tarball, "--format", "json"]);
  assert.equal(stderr, "");
  const { analysis, problems } = JSON.parse(stdout);
  assert.deepEqual(Object.keys(analysis.entrypoints).sort(), [
    ".",
    "./cometchat-users.min.js",
    "./cometchat_users.wasm",
    "./js",
    "./package.json",
    "./provision",
    "./server",
  ]);
  const found = Object.values(problems)
    .flat()
    .map(({ entrypoint, resolutionKind, kind }) => `${entrypoint} ${resolutionKind} ${kind}`);
  assert.deepEqual(found.sort(), Object.keys(EXCLUDED).sort());
});
