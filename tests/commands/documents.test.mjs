// The Markdown documents: each link leads to a file that there is, and to a heading in it; and those that one
// reads first are short.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { anchor } from "../packaging/matrix/table.mjs";
import { root } from "../support/programs.mjs";

/** The project's Markdown files below a folder. */
const documentsIn = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return path.endsWith(".md") ? path : [];
    return /^(\..*|node_modules|target|dist|pkg)$/.test(entry.name) ? [] : documentsIn(path);
  });

/** The anchors of a document's headings. */
const anchors = (path) =>
  readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => /^#+ (.+)$/.exec(line)?.[1] ?? [])
    .map((title) => anchor(title.replace(/\[(.+?)\]\(.+?\)/g, "$1")));

for (const document of documentsIn("")) {
  test(`the links of ${document} lead somewhere`, () => {
    const path = join(root, document);
    const text = readFileSync(path, "utf8").replace(/^```.*?^```$/gms, "");
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)]
      .map(([, link, attribute]) => link ?? attribute)
      .filter((target) => !/^[a-z]+:/.test(target));
    for (const target of targets) {
      const [file, heading] = target.split("#");
      const to = file ? join(dirname(path), file) : path;
      assert.ok(existsSync(to), `${target}: there is no ${relative(root, to)}`);
      if (heading) assert.ok(anchors(to).includes(heading), `${target}: there is no such heading`);
    }
  });
}

test("README.md and CONTRIBUTING.md stay short enough to be read", () => {
  const lines = (path) => readFileSync(join(root, path), "utf8").trimEnd().split("\n").length;
  assert.ok(lines("README.md") <= 220);
  assert.ok(lines("CONTRIBUTING.md") <= 80);
});
