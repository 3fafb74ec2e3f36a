// The typings, as a consumer's compiler sees them: under both ways of resolving modules, from CommonJS,
// and without a browser's types. And the TypeScript snippets of the documentation, compiled and run.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { beforeEach, describe, test } from "node:test";
import { transform } from "esbuild";
import { docsTools } from "../../scripts/toolbox.mjs";
import { useEmulator } from "../support/emulator.mjs";
import { root, run } from "../support/programs.mjs";
import { PLACEHOLDERS, runSnippet } from "../support/snippets/run.mjs";

await docsTools.install();
const compilers = {
  "the project's own TypeScript": `${root}node_modules/.bin/tsc`,
  "TypeScript 5.9": docsTools.require.resolve("typescript/bin/tsc"),
  // The oldest with `moduleResolution: bundler`.
  "TypeScript 5.0": docsTools.require.resolve("typescript-5.0/bin/tsc"),
};

for (const [name, tsc] of Object.entries(compilers)) {
  describe(`${name}: --strict accepts every right use and tells every wrong one`, () => {
    for (const [consumer, project] of [
      ["with moduleResolution nodenext, from modules and from CommonJS", "tsconfig.json"],
      ["with moduleResolution bundler", "tsconfig.bundler.json"],
      ["in a project for Node, without a browser's types", "tsconfig.node.json"],
    ]) {
      test(consumer, async () => {
        const args = [tsc, "--project", `${root}tests/types/${project}`];
        const { code, stdout } = await run(process.execPath, args);
        assert.equal(stdout, "");
        assert.equal(code, 0);
      });
    }
  });
}

const kevin = /uid: 'user1',.*name: 'Kevin'/s;
const fernandez = /^user updated User \{.*name: 'Kevin Fernandez'/s;

/** What runs before a snippet, and what it prints. */
const snippets = {
  "init.then.ts": { prints: /^Initialization completed successfully true\n$/ },
  "init.await.ts": { prints: /^Login Successful: cometchat-uid-1\n$/ },
  "create-user.then.ts": { given: "initialized", prints: kevin },
  "create-user.await.ts": { given: "initialized", prints: kevin },
  "update-user.then.ts": { given: "initialized", user1: true, prints: fernandez },
  "update-user.await.ts": { given: "initialized", user1: true, prints: fernandez },
  "update-current-user.then.ts": { given: "logged-in", prints: fernandez },
  "update-current-user.await.ts": { given: "logged-in", prints: fernandez },
  "quick-reference.ts": { given: "logged-in", prints: /^$/ },
  "login.then.ts": { given: "initialized", prints: /^Login Successful: \{.*cometchat-uid-1/s },
  "login.await.ts": { given: "initialized", prints: /^Login Successful: \{.*cometchat-uid-1/s },
  "logout.then.ts": { given: "logged-in", prints: /^Logout completed successfully\n$/ },
};

describe("each TypeScript snippet of the documentation runs with only its import replaced", () => {
  const emulator = useEmulator({ args: PLACEHOLDERS });
  const folder = new URL("snippets/", import.meta.url);

  beforeEach(() => emulator.reset());

  for (const [name, { given, user1, prints }] of Object.entries(snippets)) {
    test(name, async () => {
      if (user1) await emulator.rest("POST", "/users", { uid: "user1", name: "Somebody" });
      // Node 20 does not run TypeScript.
      const source = readFileSync(new URL(name, folder), "utf8");
      const { code } = await transform(source, { loader: "ts", format: "esm" });
      assert.match(await runSnippet(code, { emulator, given }), prints);
    });
  }

  test("none is left out", () => {
    assert.deepEqual(readdirSync(folder).sort(), Object.keys(snippets).sort());
  });
});
