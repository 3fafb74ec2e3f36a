// The packages that only the benchmarks need, as modules.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { benchTools } from "../scripts/toolbox.mjs";

export const { install: installTools, require: requireTool } = benchTools;

/** A tool that is an ES module for bundlers only: it has to be imported by its path. */
export function importTool(name) {
  const folder = `${benchTools.folder}/node_modules/${name}`;
  const { module } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  return import(pathToFileURL(`${folder}/${module}`).href);
}
