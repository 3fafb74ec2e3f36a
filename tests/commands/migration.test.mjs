// docs/migration.md: each pair of blocks runs, the first with the official SDK and the second with this
// package, both against the emulator, and prints what is expected of it.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Client, getUser } from "cometchat-users";
import { startEmulator } from "../../scripts/emulator.mjs";
import { codeBlocks } from "../support/markdown.mjs";
import { root, run } from "../support/programs.mjs";
import { PLACEHOLDERS } from "../support/snippets/run.mjs";

const blocks = codeBlocks(`${root}docs/migration.md`);
const OFFICIAL = 'import { CometChat } from "@cometchat/chat-sdk-javascript";';

/** What the two blocks of a section print. */
const printed = {
  "The import": ["created user1", "created user1"],
  Settings: ["initialized true", "initialized true"],
  "Creating and updating": ["Kevin sales undefined", "Kevin sales null"],
  Errors: ["ERR_UID_NOT_FOUND false undefined", "ERR_UID_NOT_FOUND true 404"],
  "Time limits, retries, cancelling": ["user3", "user3"],
  Sessions: ["cometchat-uid-1 object", "cometchat-uid-1 undefined"],
};

// Below the root, so that the snippets find the packages as an app would.
const folder = `${root}target/migration`;
mkdirSync(folder, { recursive: true });
const preload = pathToFileURL(`${root}tests/support/official-sdk.mjs`).href;

let emulator;
before(async () => {
  emulator = await startEmulator({ args: PLACEHOLDERS });
});
after(() => emulator.stop());
beforeEach(() => emulator.reset());

async function runBlock(name, code, args = []) {
  const script = `${folder}/${name.replace(/\W+/g, "-")}.mjs`;
  writeFileSync(script, code);
  const env = { COMETCHAT_EMULATOR_HOST: new URL(emulator.url).host };
  const { stdout, stderr } = await run(process.execPath, [...args, script], { env });
  // The official SDK is one line of half a megabyte, which Node shows with an error.
  assert.equal(stderr.slice(-1_000), "");
  return stdout.trim();
}

for (const [section, [official, ours]] of Object.entries(printed)) {
  describe(section, () => {
    const [first, second, ...more] = blocks.filter(
      ({ headings, language }) => headings[1] === section && language === "js",
    );

    test("there is one block for each", () => {
      assert.ok(first.code.includes(OFFICIAL));
      assert.match(second.code, /from "cometchat-users";/);
      assert.deepEqual(more, []);
    });

    test("with the official SDK", async () => {
      // It is CommonJS whose exports Node does not detect, and it leaves timers behind.
      const required = `import { createRequire } from "node:module";
        const { CometChat } = createRequire(import.meta.url)("@cometchat/chat-sdk-javascript");`;
      const code = `${first.code.replace(OFFICIAL, required)}\nprocess.exit(0);`;
      assert.equal(await runBlock(`${section}-official`, code, ["--import", preload]), official);
    });

    test("with this package", async () => {
      assert.equal(await runBlock(`${section}-ours`, second.code), ours);
    });
  });
}

test("no section's blocks are left out", () => {
  const sections = blocks
    .filter(({ language }) => language === "js")
    .map(({ headings }) => headings[1]);
  assert.deepEqual([...new Set(sections)], Object.keys(printed));
});

for (const { language, line, code } of blocks.filter(({ language }) => language !== "js")) {
  test(`the block in line ${line} compiles under strict`, async () => {
    assert.equal(language, "ts");
    const script = `${folder}/line-${line}.mts`;
    writeFileSync(script, code);
    const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext"];
    const tsc = `${root}node_modules/.bin/tsc`;
    const { code: status, stdout } = await run(tsc, [...options, script], { cwd: folder });
    assert.deepEqual([status, stdout], [0, ""]);
  });
}

/** The code of a call that gets this answer. */
const answered = (status, body, settings = {}) =>
  codeOf(
    new Client("app", {
      region: "us",
      maxRetries: 0,
      fetch: async () => new Response(body, { status }),
      ...settings,
    }).createUser({ uid: "user1", name: "Kevin" }, "key"),
  );
const codeOf = (promise) =>
  promise.then(
    () => "success",
    (error) => error.code,
  );
const never = () => new Promise(() => {});
const someClient = (fetch = never) => new Client("app", { region: "us", fetch });

/** What this package does in each row of the table of errors. */
const outcomes = {
  "a call before `init`": () => codeOf(getUser("user1")),
  "no session": () => codeOf(someClient().getUser("user1")),
  "another login while one runs": () => {
    const client = someClient();
    const options = { timeoutMs: 200 };
    codeOf(client.login("user1", "key", options));
    return codeOf(client.login("user2", "key", options));
  },
  "no user given": () => codeOf(someClient().createUser(undefined, "key")),
  "metadata that JSON cannot hold": () =>
    codeOf(someClient().createUser({ uid: "u", name: "n", metadata: { big: 1n } }, "key")),
  "no answer": () => answered(0, "", { fetch: never, timeoutMs: 20 }),
  "HTML, a truncated answer, an empty one": () => answered(200, "<html>"),
  "an answer that is JSON, but not the service's": () => answered(200, '"oops"'),
  "an answer with data and HTTP status 500": () =>
    answered(500, '{"data":{"uid":"user1","name":"Kevin"}}'),
  "a redirect": () =>
    answered(200, "", { fetch: async () => Response.redirect("https://example.com", 301) }),
  "status 429": () =>
    answered(429, '{"error":{"code":"ERR_TOO_MANY_REQUESTS","message":"m"}}', { maxRetries: 0 }),
};

describe("the table of errors", () => {
  const text = readFileSync(`${root}docs/migration.md`, "utf8");
  const rows = [...text.matchAll(/^\| ([^|]+?) +\| [^|]+ \| ([^|]+?) +\|$/gm)]
    .map(([, what, outcome]) => [what, outcome])
    .filter(([what]) => what !== "what happened" && !what.startsWith("---"));

  for (const [what, outcome] of rows) {
    test(what, async () => {
      const code = await outcomes[what]();
      const [, named] = /`([A-Z_]+)`/.exec(outcome) ?? [];
      assert.equal(code, named ?? "");
    });
  }

  test("is whole", () => {
    assert.deepEqual(
      rows.map(([what]) => what),
      Object.keys(outcomes),
    );
  });
});
