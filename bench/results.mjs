// Where a run's results go: as JSON, as plots, into docs/performance.md and into the README.

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { program, root } from "../scripts/setup.mjs";
import { draw } from "./plots.mjs";
import { report, summary } from "./report.mjs";

const STORED = `${root}bench/results/latest.json`;
const PERFORMANCE = `${root}docs/performance.md`;
const README = `${root}README.md`;

/** A document's text between these lines is generated from the stored run. */
export const BEGIN = "<!-- npm run bench -->";
export const END = "<!-- /npm run bench -->";

/** A document with another text between its two lines. */
function filledIn(path, text) {
  const document = readFileSync(path, "utf8");
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${path} has no ${BEGIN} … ${END}`);
  return `${document.slice(0, begin) + BEGIN}\n\n${text}\n\n${document.slice(end)}`;
}

/** The documents that show a run, by path, as they have to be. */
export const documents = (run) => ({
  [PERFORMANCE]: filledIn(PERFORMANCE, report(run, "bench")),
  [README]: filledIn(README, summary(run)),
});

/** The run that the documents show. */
export const storedRun = () => JSON.parse(readFileSync(STORED, "utf8"));

/**
 * Stores a run.
 *
 * @param {{ machine: object, parts: Record<string, object> }} run
 * @param {boolean} isComplete Whether the documents show it; others go to target/bench.
 * @returns {Promise<string[]>} What was written.
 */
export async function store(run, isComplete) {
  const folder = `${root}target/bench`;
  const plots = isComplete ? `${root}docs/bench` : `${folder}/plots`;
  const written = [];
  const write = (path, text) => {
    writeFileSync(path, text);
    written.push(relative(root, path));
  };
  for (const path of [folder, plots]) mkdirSync(path, { recursive: true });
  for (const name of readdirSync(plots)) rmSync(`${plots}/${name}`);

  const json = isComplete ? STORED : `${folder}/latest.json`;
  write(json, JSON.stringify(run));
  if (isComplete) {
    // Biome checks this file, like every other of the project.
    execFileSync(program("biome"), ["format", "--write", json], { stdio: "ignore" });
  }
  const series = Object.values(run.parts).flatMap((part) => part.series);
  for (const one of series) write(`${plots}/${one.id}.svg`, await draw(one));
  const texts = isComplete
    ? documents(run)
    : { [`${folder}/performance.md`]: `${report(run, "plots")}\n` };
  for (const [path, text] of Object.entries(texts)) write(path, text);
  return written;
}
