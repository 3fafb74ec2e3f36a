// The programs that only the packaging tests need. They are installed on first use, outside the
// project's own dependencies, and stay there for the next run.

import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root, succeed } from "./programs.mjs";

const wanted = join(root, "tests/packaging/tools");
const installed = join(root, "target/packaging-tools");

/** Installs the tools that `tests/packaging/tools/package-lock.json` names, unless they are there. */
export async function installTools() {
  const lock = await readFile(join(wanted, "package-lock.json"), "utf8");
  const isCurrent = async () =>
    existsSync(join(installed, "node_modules")) &&
    (await readFile(join(installed, "package-lock.json"), "utf8")) === lock;
  if (await isCurrent()) return;

  // Another test file may be doing the same: each installs for itself, and the first one counts.
  await mkdir(join(root, "target"), { recursive: true });
  const folder = await mkdtemp(join(root, "target/packaging-tools-"));
  await cp(wanted, folder, { recursive: true });
  await succeed("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder });
  if (!(await isCurrent())) {
    await rm(installed, { recursive: true, force: true });
    await rename(folder, installed).catch(async (error) => {
      if (!(await isCurrent())) throw error;
    });
  }
  await rm(folder, { recursive: true, force: true });
}

/** The path of a tool's program. */
export const tool = (name) => join(installed, "node_modules/.bin", name);

/** A tool as a module. */
export const requireTool = createRequire(join(installed, "package.json"));
