// The packages that only the benchmarks need. They are installed on first use, outside the project's own
// dependencies, and stay there for the next run.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const wanted = fileURLToPath(new URL("tools", import.meta.url));
const installed = fileURLToPath(new URL("../target/bench-tools", import.meta.url));

/** Installs what `bench/tools/package-lock.json` names, unless it is there. */
export function installTools() {
  const lock = (folder) => readFileSync(`${folder}/package-lock.json`, "utf8");
  if (existsSync(`${installed}/node_modules`) && lock(installed) === lock(wanted)) return;
  rmSync(installed, { recursive: true, force: true });
  cpSync(wanted, installed, { recursive: true });
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: installed, stdio: "inherit" });
}

/** A tool as a module. */
export const requireTool = createRequire(`${installed}/package.json`);

/** A tool that is an ES module for bundlers only: it has to be named by its file. */
export function importTool(name) {
  const folder = `${installed}/node_modules/${name}`;
  const { module } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  return import(pathToFileURL(`${folder}/${module}`).href);
}
