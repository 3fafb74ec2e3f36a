// Programs that only one part of the project needs, too heavy for everybody's `npm ci`. They are installed
// below target/ on first use, and stay there.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { announce, Failure, root } from "./setup.mjs";

/**
 * A set of programs.
 *
 * @param {string} wanted The folder, from the root, whose package.json and package-lock.json name them.
 * @param {string} name The folder below target/ where they are installed.
 */
export function toolbox(wanted, name) {
  const installed = join(root, "target", name);
  return {
    folder: installed,

    /** Installs what the lock file names, unless it is there. */
    async install() {
      const lock = readFileSync(join(root, wanted, "package-lock.json"), "utf8");
      const isCurrent = () =>
        existsSync(join(installed, "node_modules")) &&
        readFileSync(join(installed, "package-lock.json"), "utf8") === lock;
      if (isCurrent()) return;

      // Another process may be doing the same: each installs its own, and the first one is kept.
      await mkdir(join(root, "target"), { recursive: true });
      const folder = await mkdtemp(join(root, "target", `${name}-`));
      await cp(join(root, wanted), folder, { recursive: true });
      announce(`Installing the tools of ${wanted}`, "about half a minute, once");
      const ci = ["ci", "--no-audit", "--no-fund"];
      const { status, stderr } = spawnSync("npm", ci, { cwd: folder, encoding: "utf8" });
      if (status !== 0) {
        const [why = "npm ci failed"] = /^npm (?:error|ERR!) (?!code).+/m.exec(stderr ?? "") ?? [];
        await rm(folder, { recursive: true, force: true });
        throw new Failure(`The tools of ${wanted} could not be installed: ${why}`);
      }
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

/** The oldest Node that the package supports. */
export const oldestNode = toolbox("tests/packaging/oldest-node", "oldest-node");

/** Bundlers, test runners, runtimes and checkers for the packaging tests. */
export const packagingTools = toolbox("tests/packaging/tools", "packaging-tools");

/** What only `npm run matrix` needs. */
export const heavyTools = toolbox("tests/packaging/tools-heavy", "packaging-tools-heavy");

/** The frameworks of the example apps. */
export const appTools = toolbox("tests/packaging/tools-apps", "app-tools");

/** Web frameworks for the tests of the token route. */
export const serverTools = toolbox("tests/server/tools", "server-tools");

/** What only the benchmarks need. */
export const benchTools = toolbox("bench/tools", "bench-tools");
