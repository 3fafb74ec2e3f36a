// The command of the package and the native program have the same flags, variables, defaults and words, but for
// those named here.

import assert from "node:assert/strict";
import { test } from "node:test";
import { node, root, succeed } from "../support/programs.mjs";
import { COMMAND } from "./support/command.mjs";

/** Flags of one of them alone, and why. */
const NATIVE = {
  "database-url": "The package has no database.",
  "wait-for-database": "The package has no database.",
  page: "The page is part of the package.",
};
const PACKAGE = { data: "The native program has databases." };

/** Where they differ, and why. */
const DIFFERENT = {
  "app-id default": "The documentation's own placeholder, so that its snippets run as they stand.",
  "auth-key default": "Likewise; the native program makes keys and stores them.",
  "rest-api-key default": "Likewise.",
};

/** The flags in the text of `--help`. */
function flagsIn(help) {
  const flags = new Map();
  for (const part of help.split(/\n(?= +(?:-\w, )?--)/).slice(1)) {
    const [, name, value = ""] = /--([\w-]+)(.*)/.exec(part);
    if (name === "help" || name === "version") continue;
    const text = part
      .slice(part.indexOf("\n"))
      .replace(/\s+/g, " ")
      .replace(/- (\w+):? /g, "$1 ");
    const note = (pattern) => pattern.exec(text)?.[1];
    flags.set(name, {
      value: value.replace("<", "").replace(">", "").trim(),
      env: note(/\[env: (\w+)/),
      default: note(/\[default: ([^\]]+)\]/),
      choices: note(/\[possible values: ([^\]]+)\]/),
      text: text.replace(/\[(env|default|possible values)[^\]]*\]/g, "").trim(),
    });
  }
  return flags;
}

test("the flags of both programs", async () => {
  const native = flagsIn(await succeed(`${root}target/release/cometchat-emulator`, ["--help"]));
  const own = flagsIn(await node([COMMAND, "--help"]));
  const only = (one, other) => [...one.keys()].filter((name) => !other.has(name)).sort();
  assert.deepEqual(only(native, own), Object.keys(NATIVE).sort());
  assert.deepEqual(only(own, native), Object.keys(PACKAGE).sort());
  const differences = [];
  for (const [name, flag] of own) {
    for (const [what, value] of Object.entries(native.get(name) ?? {})) {
      if (value !== flag[what]) differences.push([`${name} ${what}`, value, flag[what]]);
    }
  }
  const expected = differences.filter(([where]) => !(where in DIFFERENT));
  assert.deepEqual(expected, []);
  assert.deepEqual(differences.map(([where]) => where).sort(), Object.keys(DIFFERENT).sort());
});
