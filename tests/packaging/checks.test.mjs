// What the checkers of published packages say of the tarball: nothing.

import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { usePackedPackage } from "../support/package.mjs";
import { run } from "../support/programs.mjs";
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

test("arethetypeswrong: the types are right under every way of resolving modules", async () => {
  const args = [
    packed.tarball,
    "--format",
    "json",
    "--exclude-entrypoints",
    "cometchat-users.wasm",
  ];
  const { stdout, stderr } = await run(tool("attw"), args);
  assert.equal(stderr, "");
  const { analysis, problems } = JSON.parse(stdout);
  assert.equal(analysis.packageName, "cometchat-users");
  assert.deepEqual(problems, {});
});
