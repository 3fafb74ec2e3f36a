// `npm run docs` makes the API reference without a complaint, and complains about an exported declaration
// without documentation and about a broken link.

import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { docsTools } from "../../scripts/toolbox.mjs";
import { root, run, temporaryFolder } from "../support/programs.mjs";

const elsewhere = temporaryFolder();
before(() => docsTools.install());

const typedoc = (folder) =>
  run(docsTools.program("typedoc"), [
    "--options",
    join(folder, "typedoc.json"),
    "--out",
    join(elsewhere, "out"),
  ]);

test("the API reference is made, and names every function", async () => {
  const { code, stdout, stderr } = await typedoc(root);
  assert.equal(code, 0, stdout + stderr);
  for (const name of ["init", "createUser", "updateUser", "updateCurrentUserDetails", "login"]) {
    assert.ok(existsSync(join(elsewhere, `out/functions/index.${name}.html`)), name);
  }
  const client = readFileSync(join(elsewhere, "out/classes/index.Client.html"), "utf8");
  const createUser = readFileSync(join(elsewhere, "out/functions/index.createUser.html"), "utf8");
  for (const page of [client, createUser]) {
    assert.match(page, /The user as the service created it\./);
    assert.doesNotMatch(page, /As the function|Param: /);
  }
});

test("a declaration without documentation, and a broken link, are errors", async () => {
  const folder = join(elsewhere, "project");
  for (const path of ["pkg", "docs", "typedoc.json", "package.json"]) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  rmSync(join(folder, "pkg/dist"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const settings = join(folder, "pkg/src/settings.ts");
  const text = readFileSync(settings, "utf8");
  writeFileSync(
    settings,
    text
      .replace("/** Options of a single call. */", "")
      .replace("{@link InitOptions.adminHost}", "{@link InitOptions.nonsense}"),
  );
  const { code, stdout, stderr } = await typedoc(folder);
  assert.notEqual(code, 0);
  assert.match(stdout + stderr, /RequestOptions .*does not have any documentation/);
  assert.match(stdout + stderr, /InitOptions\.nonsense/);
});
