// `cargo xtask` works where the project is now: it may have been copied or moved after the tool was
// compiled. And it says what is wrong in a line or two.

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { before, describe, test } from "node:test";
import { root, run, succeed, temporaryFolder } from "../support/programs.mjs";

const TOOL = "target/tool/xtask";
const elsewhere = temporaryFolder();
before(() => succeed("cargo", ["build", "--profile", "tool", "--package", "xtask"]));

/** A copy of the project with the tool that was compiled for the original, and with nothing installed. */
function copyOfProject(name) {
  const leftOut = /^(node_modules|target|\.git)$|(^|\/)(node_modules|dist|generated|results)$/;
  const copy = join(elsewhere, name);
  cpSync(root, copy, {
    recursive: true,
    filter: (path) => !leftOut.test(relative(root, path)),
  });
  mkdirSync(join(copy, "target/tool"), { recursive: true });
  cpSync(join(root, TOOL), join(copy, TOOL));
  return copy;
}

const xtask = (folder, args, { cwd = folder, env } = {}) =>
  run(join(folder, TOOL), args, { cwd, env: { RUST_BACKTRACE: "1", ...env } });

/** Asserts that a build stops at once, since nothing is installed there. */
async function buildsIn(folder) {
  const { mtimeMs } = statSync(`${root}pkg/dist/index.js`);
  const { code, stdout, stderr } = await xtask(folder, ["build"]);
  assert.equal(code, 1, stdout);
  assert.equal(
    stderr,
    `xtask: wasm-opt is not installed: run \`npm ci\` in ${folder} and try again\n`,
  );
  assert.equal(statSync(`${root}pkg/dist/index.js`).mtimeMs, mtimeMs, "the original was built");
}

describe("a project that was copied after a build", () => {
  test("is built itself, and the original is left alone", async () => {
    await buildsIn(copyOfProject("copy"));
  });

  test("is checked itself, from any of its folders", async () => {
    const copy = copyOfProject("checked");
    writeFileSync(join(copy, "src/long.rs"), "// A line.\n".repeat(401));
    const { code, stdout } = await xtask(copy, ["structure"], { cwd: join(copy, "pkg/src") });
    assert.equal(code, 1);
    assert.match(stdout, /^src\/long\.rs: 401 lines, at most 400$/m);
  });
});

describe("a project that was moved after a build", () => {
  test("is built where it is now", async () => {
    const moved = join(elsewhere, "moved");
    renameSync(copyOfProject("unmoved"), moved);
    await buildsIn(moved);
  });

  test("the tool does not know where it was compiled", () => {
    assert.ok(!readFileSync(`${root}${TOOL}`).includes(`${root}xtask`));
  });
});

describe("what the tool says", () => {
  test("outside the project: where to run it", async () => {
    const { code, stderr } = await run(`${root}${TOOL}`, ["build"], { cwd: elsewhere });
    assert.equal(code, 1);
    assert.equal(
      stderr,
      `xtask: ${elsewhere} is not inside the project: run this from its folder\n`,
    );
  });

  test("of an unknown command: which there are, without a stack", async () => {
    const { code, stderr } = await run(`${root}${TOOL}`, ["biuld"], {
      env: { RUST_BACKTRACE: "1" },
    });
    assert.equal(code, 1);
    assert.match(stderr, /^xtask: no such command\nusage: cargo xtask build /);
    assert.doesNotMatch(stderr, /backtrace|panicked|\.rs:\d/i);
  });
});
