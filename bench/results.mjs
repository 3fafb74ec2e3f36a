// Where a run's results go: as JSON, as Markdown, as plots, and into the README.

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { draw } from "./plots.mjs";
import { markdown } from "./report.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Between these lines, the README is a run's. */
export const BEGIN = "<!-- npm run bench -->";
export const END = "<!-- /npm run bench -->";

/** The README's text with the results in it, which were written for another folder. */
export function withResults(readme, results) {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the README has no ${BEGIN} … ${END}`);
  const text = results.replaceAll("](../../", "](").trim();
  return `${readme.slice(0, begin) + BEGIN}\n\n${text}\n\n${readme.slice(end)}`;
}

/**
 * Stores a run.
 *
 * @param {{ machine: object, parts: Record<string, object> }} run
 * @param {boolean} isComplete Whether it is one to show: others go to target/bench.
 * @returns {Promise<string[]>} What was written.
 */
export async function store(run, isComplete) {
  const folder = isComplete ? `${root}bench/results` : `${root}target/bench`;
  const plots = isComplete ? `${root}docs/bench` : `${root}target/bench/plots`;
  const written = [];
  const write = (path, text) => {
    writeFileSync(path, text);
    written.push(relative(root, path));
  };
  for (const path of [folder, plots]) mkdirSync(path, { recursive: true });
  for (const name of readdirSync(plots)) rmSync(`${plots}/${name}`);

  write(`${folder}/latest.json`, JSON.stringify(run));
  if (isComplete) {
    // As every other file of the project is formatted; what is built is nobody's to format.
    const format = ["format", "--write", `${folder}/latest.json`];
    execFileSync(`${root}node_modules/.bin/biome`, format, { stdio: "ignore" });
  }
  const series = Object.values(run.parts).flatMap((part) => part.series);
  for (const one of series) write(`${plots}/${one.id}.svg`, await draw(one));
  const place = isComplete ? "../../docs/bench" : "plots";
  const text = markdown(run, (id) => `${place}/${id}.svg`).replace("](bench)", "](../../bench)");
  write(`${folder}/latest.md`, `${text}\n`);
  if (isComplete) {
    const readme = `${root}README.md`;
    write(readme, withResults(readFileSync(readme, "utf8"), text));
  }
  return written;
}
