// `npm run bench`: every part of it runs, and README.md and docs/performance.md show the stored run.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { documents, storedRun } from "../../bench/results.mjs";
import { root } from "../../scripts/setup.mjs";

const bench = (...args) =>
  spawnSync("npm", ["run", "--silent", "bench", "--", ...args], { cwd: root, encoding: "utf8" });

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
    "package",
  ]);
  const report = readFileSync(`${root}target/bench/performance.md`, "utf8");
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

test("README.md and docs/performance.md show the figures of the stored run", () => {
  const shown = Object.entries(documents(storedRun()));
  assert.deepEqual(
    shown.map(([path]) => path.slice(root.length)),
    ["docs/performance.md", "README.md"],
  );
  for (const [path, text] of shown) assert.equal(readFileSync(path, "utf8"), text, path);
});

test("docs/performance.md shows every plot that there is, and no other", () => {
  const page = readFileSync(`${root}docs/performance.md`, "utf8");
  const plots = [...page.matchAll(/\]\(bench\/(.+?\.svg)\)/g)].map(([, name]) => name);
  assert.ok(plots.length > 0);
  assert.deepEqual(plots.toSorted(), readdirSync(`${root}docs/bench`).sort());
});

test("the stored run names its command, machine and versions, and is judged as its targets say", () => {
  const { machine, parts } = storedRun();
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
