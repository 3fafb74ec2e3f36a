// docs/api.md names everything that the package offers: each function, setting, option of a call and field
// of an exception, and nothing that does not exist.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CometChat } from "cometchat-users";
import { typings } from "../support/compiler.mjs";
import { root } from "../support/programs.mjs";

const api = readFileSync(`${root}docs/api.md`, "utf8");
const files = typings();

/** The fields of an interface or a class. */
const fields = (file, name) =>
  files
    .find(({ fileName }) => fileName.endsWith(`/${file}`))
    .statements.find((statement) => statement.name?.text === name)
    .members.flatMap((member) => member.name?.text ?? []);

/** The names in the first column of the table with this head. */
function names(head) {
  const [, table] = new RegExp(`\\n\\| ${head} +\\|.*?\\n(.*?)\\n\\n`, "s").exec(api);
  const cells = table.split("\n").slice(1);
  return cells.flatMap((row) => [...row.split("|")[1].matchAll(/`(\w+)/g)].map(([, name]) => name));
}

const isClass = (value) => value.toString().startsWith("class");

test("the table of functions names them all", () => {
  const functions = Object.entries(CometChat)
    .filter(([, value]) => typeof value === "function" && !isClass(value))
    .map(([name]) => name);
  assert.ok(functions.includes("createUser"));
  assert.deepEqual([...new Set(names("function"))].sort(), functions.sort());
});

test("the table of settings names them all", () => {
  assert.deepEqual(names("name").sort(), fields("settings.d.ts", "InitOptions").sort());
});

test("the sentence on a call's options names them all", () => {
  const [sentence] = /\*\*`options`\*\* of a call: .*?\n\n/s.exec(api);
  for (const name of ["RequestOptions", "CreateOptions"]) {
    for (const field of fields("settings.d.ts", name)) {
      assert.match(sentence, new RegExp(`\`${field}\\b`), field);
    }
  }
});

test("the table of an exception's fields names them all", () => {
  const [, table] = /\n\| field +\| meaning +\|\n(.*?)\n\n/s.exec(api);
  const named = [...table.matchAll(/^\| (`.+?`) +\|/gm)].flatMap(([, cell]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  const own = fields("exception.d.ts", "CometChatException").filter((name) => name !== "toJSON");
  // The others are of every error.
  assert.deepEqual(named.sort(), [...own, "message", "cause"].sort());
});
