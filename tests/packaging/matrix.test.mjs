// Runs the rows of the matrix that need no heavy tools; checks that rows fail where the package is broken,
// and that the documents show the rows that there are.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { groups } from "../support/tools.mjs";
import { NAMES, openMatrix } from "./matrix/matrix.mjs";
import { rows } from "./matrix/rows.mjs";
import { anchor, page, pageInDocs, tableInPage } from "./matrix/table.mjs";

const basic = rows.filter(({ group }) => group !== "heavy");

describe("the package", { concurrency: 2 }, () => {
  let matrix;
  before(async () => {
    matrix = await openMatrix();
  });
  after(() => matrix.close());

  for (const row of basic) {
    test(`${row.title}: ${row.does}`, async () => {
      const { error } = await matrix.run(row);
      if (error) throw error;
    });
  }
});

test("the rows that continuous integration has to run need no heavy tools", () => {
  const names = basic.map(({ name }) => name);
  for (const name of [
    ...[
      "node-esm",
      "node-cjs",
      "vite-build",
      "vite-dev",
      "webpack",
      "esbuild-page",
      "esbuild-node",
    ],
    ...["deno", "bun", "workerd", "chromium"],
  ]) {
    assert.ok(names.includes(name), name);
  }
});

describe("rows fail where the package is broken", () => {
  const broken = async (file, names) => {
    const dist = (project) => join(project, "node_modules/cometchat-users/dist");
    const matrix = await openMatrix({ prepare: (project) => rm(join(dist(project), file)) });
    try {
      const failed = [];
      for (const row of rows.filter(({ name }) => names.includes(name))) {
        const { error } = await matrix.run(row);
        if (error) failed.push(row.name);
      }
      return failed;
    } finally {
      await matrix.close();
    }
  };
  const names = ["node-esm", "node-cjs", "esbuild-page", "chromium", "script-tag"];

  test("without the module's text for pages, those that are pages of modules", async () => {
    const failed = await broken("generated/wasm-deflated.js", names);
    assert.deepEqual(failed, ["esbuild-page", "chromium"]);
  });

  test("without the CommonJS build, the one that requires it", async () => {
    assert.deepEqual(await broken("cjs/index.js", names), ["node-cjs"]);
  });
});

describe("the documents", () => {
  test("every folder is a row", () => {
    const folders = readdirSync(new URL("matrix/rows/", import.meta.url));
    assert.deepEqual(folders.sort(), rows.map(({ name }) => name).sort());
  });

  test("the table has the rows that there are, with the versions that the lock files name", async () => {
    const lines = (await tableInPage()).split("\n").slice(2);
    assert.equal(lines.length, rows.length);
    for (const [index, { title, does, tried, group = "basic" }] of rows.entries()) {
      const cells = lines[index].split(" | ").map((cell) => cell.replace(/^\| | *\|?$/g, ""));
      assert.equal(cells[0], `[${title}](#${anchor(title)})`);
      assert.equal(cells.at(-1), does);
      for (const tool of tried) {
        const version = await groups[group].version(tool);
        if (tool !== "node" && version) {
          assert.ok(cells[1].includes(NAMES[tool] ?? tool), `${title}: ${tool}`);
          assert.ok(cells[1].includes(version), `${title}: ${tool} ${version}`);
        }
      }
    }
  });

  test("the README says how many places there are", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    assert.deepEqual(
      [...readme.matchAll(/in (\d+) bundlers/g)].map(([, count]) => Number(count)),
      [rows.length],
    );
  });

  test("docs/use-it-with.md is what `npm run matrix -- --write` would write", async () => {
    assert.equal(await pageInDocs(), await page(await tableInPage()));
  });
});
