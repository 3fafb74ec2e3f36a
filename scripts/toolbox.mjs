// Programs that only one part of the project needs, too much for everybody's `npm ci`. They are
// installed below target/ on first use, and stay there for the next run.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./setup.mjs";

/**
 * A set of programs.
 *
 * @param {string} wanted The folder, from the root, whose package.json and package-lock.json name them.
 * @param {string} name The folder below target/ where they are installed.
 */
export function toolbox(wanted, name) {
  const installed = join(root, "target", name);
  return {
    /** Installs what the lock file names, unless it is there. */
    async install() {
      const lock = readFileSync(join(root, wanted, "package-lock.json"), "utf8");
      const isCurrent = () =>
        existsSync(join(installed, "node_modules")) &&
        readFileSync(join(installed, "package-lock.json"), "utf8") === lock;
      if (isCurrent()) return;

      // Another process may be doing the same: each installs for itself, and the first one counts.
      await mkdir(join(root, "target"), { recursive: true });
      const folder = await mkdtemp(join(root, "target", `${name}-`));
      await cp(join(root, wanted), folder, { recursive: true });
      execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: "pipe" });
      if (!isCurrent()) {
        await rm(installed, { recursive: true, force: true });
        await rename(folder, installed).catch((error) => {
          if (!isCurrent()) throw error;
        });
      }
      await rm(folder, { recursive: true, force: true });
    },

    /** The path of a program. */
    program: (program) => join(installed, "node_modules/.bin", program),

    /** A program as a module. */
    require: createRequire(join(installed, "package.json")),
  };
}

/** TypeDoc, and compilers of other versions than the project's own. */
export const docsTools = toolbox("scripts/docs", "docs-tools");

/** The oldest Node that the package names. */
export const oldestNode = toolbox("tests/packaging/oldest-node", "oldest-node");

/** Bundlers, test runners, runtimes and checkers for the packaging tests. */
export const packagingTools = toolbox("tests/packaging/tools", "packaging-tools");

/** What only `npm run matrix` needs besides. */
export const heavyTools = toolbox("tests/packaging/tools-heavy", "packaging-tools-heavy");
