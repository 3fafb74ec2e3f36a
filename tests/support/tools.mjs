// The programs that only the packaging tests need. They are installed on first use, outside the
// project's own dependencies, and stay there for the next run.

import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root, succeed } from "./programs.mjs";

/**
 * Tools that are installed together, from one lock file.
 *
 * @param {string} wanted The folder of their package.json and package-lock.json.
 * @param {string} installed Where they are put.
 */
function group(wanted, installed) {
  const files = ["package.json", "package-lock.json"];
  const isCurrent = async () =>
    existsSync(join(installed, "node_modules")) &&
    (await readFile(join(installed, files[1]), "utf8")) ===
      (await readFile(join(wanted, files[1]), "utf8"));

  let installing;
  const install = async () => {
    if (await isCurrent()) return;
    // Another test file may be doing the same: each installs for itself, and the first one counts.
    await mkdir(join(root, "target"), { recursive: true });
    const folder = await mkdtemp(`${installed}-`);
    for (const file of files) await cp(join(wanted, file), join(folder, file));
    await succeed("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder });
    if (!(await isCurrent())) {
      await rm(installed, { recursive: true, force: true });
      await rename(folder, installed).catch(async (error) => {
        if (!(await isCurrent())) throw error;
      });
    }
    await rm(folder, { recursive: true, force: true });
  };

  return {
    /** Their node_modules. */
    modules: join(installed, "node_modules"),
    /** Installs what the lock file names, unless it is there. */
    install() {
      installing ??= install();
      return installing;
    },
    /** The path of a tool's program. */
    bin: (name) => join(installed, "node_modules/.bin", name),
    /** A tool as a module. */
    require: createRequire(join(installed, "package.json")),
    /** Which version of a tool the lock file names. */
    async version(name) {
      const lock = JSON.parse(await readFile(join(wanted, files[1]), "utf8"));
      return lock.packages[`node_modules/${name}`]?.version;
    },
  };
}

const folder = join(root, "tests/packaging/tools");

/** What `npm test` needs, and what only the whole matrix needs. */
export const groups = {
  basic: group(folder, join(root, "target/packaging-tools")),
  heavy: group(join(folder, "heavy"), join(root, "target/packaging-tools-heavy")),
};

export const { install: installTools, bin: tool, require: requireTool } = groups.basic;
