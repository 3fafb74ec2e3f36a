// `npm run bench`: every part of it runs, and the README shows the run that is stored.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { BEGIN, END, withResults } from "../../bench/results.mjs";
import { root } from "../../scripts/setup.mjs";

const bench = (...args) =>
  spawnSync("npm", ["run", "--silent", "bench", "--", ...args], { cwd: root, encoding: "utf8" });
const results = `${root}bench/results`;

// A minute on an idle machine, several on one that compiles.
const SLOW = { timeout: 900_000 };

test("npm run bench -- --quick runs every part and stores figures and plots", SLOW, () => {
  const { status, stdout, stderr } = bench("--quick");
  assert.equal(status, 0, stdout + stderr);
  const { parts } = JSON.parse(readFileSync(`${root}target/bench/latest.json`, "utf8"));
  assert.deepEqual(Object.keys(parts), [
    "download",
    "start",
    "page",
    "call",
    "throughput",
    "spent",
    "memory",
    "growth",
    "emulator",
  ]);
  const report = readFileSync(`${root}target/bench/latest.md`, "utf8");
  for (const [name, { title, figures, series }] of Object.entries(parts)) {
    assert.ok(figures.length > 0, name);
    for (const { what, value } of figures) assert.ok(Number.isFinite(value), `${name}: ${what}`);
    assert.ok(report.includes(`### ${title}`));
    for (const { id } of series) {
      const plot = readFileSync(`${root}target/bench/plots/${id}.svg`, "utf8");
      assert.match(plot, /^<svg [\s\S]*<\/svg>\n$/);
      assert.doesNotMatch(plot, /NaN|undefined/);
    }
  }
});

test("npm run bench refuses a part that it does not have, and names those it has", () => {
  const { status, stderr } = bench("nonsense");
  assert.equal(status, 2);
  assert.match(stderr, /No such part: nonsense\. There are: download, start, /);
});

test("the README's figures are those of bench/results/latest.md, and its plots are there", () => {
  const readme = readFileSync(`${root}README.md`, "utf8");
  assert.equal(withResults(readme, readFileSync(`${results}/latest.md`, "utf8")), readme);
  const block = readme.slice(readme.indexOf(BEGIN), readme.indexOf(END));
  const plots = [...block.matchAll(/\]\((docs\/bench\/.+?\.svg)\)/g)].map(([, path]) => path);
  assert.ok(plots.length > 0);
  for (const path of plots) assert.ok(existsSync(`${root}${path}`), path);
});

test("the stored run names its command, machine and versions, and is judged as its targets say", () => {
  const { machine, parts } = JSON.parse(readFileSync(`${results}/latest.json`, "utf8"));
  assert.match(machine.command, /^npm run bench/);
  assert.ok(
    machine.cpu && machine.cores && machine.versions.Node && machine.versions["official SDK"],
  );
  const figures = Object.values(parts).flatMap((part) => part.figures);
  for (const figure of figures.filter(({ target }) => target)) {
    const { op, value, of } = figure.target;
    const judged = of === "ratio" ? figure.ratio : figure.value;
    assert.equal(figure.ok, op === "<=" ? judged <= value : judged >= value, figure.id);
  }
});
