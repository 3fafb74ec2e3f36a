// The package's README and docs/emulator.md show files that tests run: the recipes' own, letter by letter.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { rows } from "../packaging/emulator/rows.mjs";
import { root } from "../support/programs.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const EXAMPLES = "examples/emulator";

describe("docs/emulator.md", () => {
  const text = read("docs/emulator.md");
  const shown = new Map(
    [
      ...text.matchAll(
        /^\[(\S+)\]\(\.\.\/(examples\/emulator\/\S+)\):\n\n```\w+\n([\s\S]*?)```$/gm,
      ),
    ].map(([, , path, code]) => [path, code]),
  );

  test("shows each file of a recipe as it is", () => {
    const files = readdirSync(join(root, EXAMPLES), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length));
    assert.deepEqual([...shown.keys()].sort(), files.sort());
    for (const [path, code] of shown) assert.equal(code, read(path), path);
  });

  test("has no code but that", () => {
    assert.equal(text.match(/^```\w+$/gm).length, shown.size);
  });
});

test("each file of a recipe belongs to a row that runs it", () => {
  const run = rows.flatMap(({ copies }) => copies.map(([, from]) => from.slice(root.length)));
  const files = readdirSync(join(root, EXAMPLES), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length));
  assert.deepEqual(
    files.filter((path) => !run.includes(path)),
    [],
  );
});

test("the README's examples are in the recipes", () => {
  const codes = [...read("pkg/emulator/README.md").matchAll(/```js\n([\s\S]*?)```/g)];
  const [vitest, jest] = codes.map(([, code]) => code.trimEnd());
  assert.equal(codes.length, 2);
  assert.ok(read(`${EXAMPLES}/vitest/users.test.js`).startsWith(vitest));
  assert.ok(read(`${EXAMPLES}/jest/page-environment.cjs`).trimEnd().endsWith(jest));
});

test("the README names every option, method and kind of place of the typings", () => {
  const api = read("pkg/emulator/src/api.ts");
  const readme = read("pkg/emulator/README.md");
  const members = (name) => {
    const pattern = new RegExp(`export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`);
    const [, body] = pattern.exec(api);
    return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[?(:]/gm)].map(([, member]) => member);
  };
  const names = [
    ...members("EmulatorOptions"),
    ...members("Emulator"),
    ...members("ListenOptions"),
  ];
  assert.ok(names.length > 20, names.join());
  for (const name of names) assert.match(readme, new RegExp(`\\b${name}\\b`), name);
});
