// The programs that only the packaging tests need, in two groups: what `npm test` needs, and what only
// the whole matrix needs.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { heavyTools, packagingTools } from "../../scripts/toolbox.mjs";
import { root } from "./programs.mjs";

/**
 * @param {ReturnType<import("../../scripts/toolbox.mjs").toolbox>} box
 * @param {string} wanted The folder of its lock file.
 */
function group(box, wanted) {
  let installing;
  return {
    ...box,
    /** Installs what the lock file names, unless it is there. */
    install() {
      installing ??= box.install();
      return installing;
    },
    /** Their node_modules; there once they are installed. */
    get modules() {
      return join(box.program("x"), "../..");
    },
    /** The version of a tool in the lock file. */
    async version(name) {
      const lock = JSON.parse(await readFile(join(root, wanted, "package-lock.json"), "utf8"));
      return lock.packages[`node_modules/${name}`]?.version;
    },
  };
}

export const groups = {
  basic: group(packagingTools, "tests/packaging/tools"),
  heavy: group(heavyTools, "tests/packaging/tools-heavy"),
};

export const { install: installTools, program: tool, require: requireTool } = groups.basic;
