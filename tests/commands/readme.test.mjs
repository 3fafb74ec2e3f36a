// The code of README.md, docs/api.md and docs/performance.md, taken from the documents themselves: JavaScript
// and TypeScript run against the emulator, the page runs in a browser, and each shell command is run here or
// by the test named beside it.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { transform } from "esbuild";
import { startEmulator } from "../../scripts/emulator.mjs";
import { measure, overruns } from "../../scripts/size.mjs";
import { codeBlocks } from "../support/markdown.mjs";
import { usePages } from "../support/pages.mjs";
import { root, run, succeed } from "../support/programs.mjs";

const DOCUMENTS = ["README.md", "docs/api.md", "docs/performance.md"];
const blocks = DOCUMENTS.flatMap((document) => codeBlocks(`${root}${document}`));
const written = (language) => blocks.filter((block) => block.language === language);

// Below the root, so that the snippets find the package as an app would.
const folder = `${root}target/readme`;
mkdirSync(folder, { recursive: true });

let emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator.stop());

/** A snippet with the emulator's app and key instead of the placeholders. */
const filledIn = (code) =>
  code
    .replaceAll('"APP_ID"', `"${emulator.appId}"`)
    .replaceAll('"AUTH_KEY"', `"${emulator.authKey}"`);

/** Acts as the reader's own server, which gets a token for a user with the REST API key. */
const server = () => `
  const actual = globalThis.fetch;
  globalThis.fetch = async (url, options) => {
    if (url !== "/api/cometchat-token") return actual(url, options);
    const reply = await actual("${emulator.url}/v3/users/cometchat-uid-1/auth_tokens", {
      method: "POST",
      headers: { appId: "${emulator.appId}", apiKey: "${emulator.restApiKey}" },
    });
    const { data } = await reply.json();
    return Response.json(data);
  };`;

/** Runs a script as a reader would, against the emulator; returns what it printed. */
async function runScript(name, code) {
  const [script, preload] = [`${folder}/${name.replace(/\W+/g, "-")}.mjs`, `${folder}/server.mjs`];
  writeFileSync(preload, server());
  writeFileSync(script, filledIn(code));
  return await succeed(process.execPath, ["--import", pathToFileURL(preload).href, script], {
    env: {
      COMETCHAT_EMULATOR_HOST: new URL(emulator.url).host,
      COMETCHAT_APP_ID: emulator.appId,
      COMETCHAT_AUTH_KEY: emulator.authKey,
    },
  });
}

/** What the JavaScript of a section prints. */
const printed = {
  "cometchat-users": /^Hello Kevin\nINVALID_UID \{\s+uid: \[.+\],\s+name: \[.+\]\s+\}\n$/s,
  "In a web app": /^Hello /,
  "In a Node script": /^created User \{/,
  "In code for the official SDK": /^user created User \{/,
};

describe("JavaScript", () => {
  for (const { headings, code } of written("js")) {
    const section = headings.at(-1);
    test(section, async () => {
      assert.ok(section in printed, "say above what this block prints");
      assert.match(await runScript(section, code), printed[section]);
    });
  }

  test("there is a block for every section", () => {
    const sections = written("js").map(({ headings }) => headings.at(-1));
    assert.deepEqual(sections, Object.keys(printed));
  });
});

/** How the TypeScript of a section is used, and what that prints. */
const used = {
  "In TypeScript": {
    code: `
      import { createUser, init } from "cometchat-users";
      await init("APP_ID", { region: "us" });
      await createUser({ uid: "promoted", name: "Kevin" }, "AUTH_KEY");
      console.log(await promote("nobody", "AUTH_KEY"));
      console.log((await promote("promoted", "AUTH_KEY")).getRole());`,
    prints: /^undefined\nadmin\n$/,
  },
};

describe("TypeScript", () => {
  for (const { headings, code } of written("ts")) {
    const section = headings.at(-1);

    test(`${section}: compiles under strict`, async () => {
      const script = `${folder}/${section.replace(/\W+/g, "-")}.mts`;
      writeFileSync(script, code);
      const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext"];
      const tsc = `${root}node_modules/.bin/tsc`;
      const { code: status, stdout } = await run(tsc, [...options, script], { cwd: folder });
      assert.deepEqual([status, stdout], [0, ""]);
    });

    test(`${section}: runs`, async () => {
      const { code: script } = await transform(code, { loader: "ts", format: "esm" });
      assert.match(
        await runScript(`${section} used`, used[section].code + script),
        used[section].prints,
      );
    });
  }

  test("there is a block for every section", () => {
    const sections = written("ts").map(({ headings }) => headings.at(-1));
    assert.deepEqual(sections, Object.keys(used));
  });
});

/** How the HTML of a section is tested. */
const pages = usePages();
const tried = {
  "Without a bundler": async (code) => {
    const script = "node_modules/cometchat-users/dist/cometchat-users.min.js";
    // `npm start` runs the emulator where `connectEmulator()` looks for it; here it has another port.
    const body = filledIn(code).replace("connectEmulator()", `connectEmulator("${emulator.url}")`);
    const { result } = await pages.open(
      body,
      { [`/${script}`]: readFileSync(`${root}${script}`, "utf8") },
      () => document.body.innerText,
    );
    assert.equal(result, "Kevin");
  },
};

describe("HTML", () => {
  for (const { headings, code } of written("html")) {
    const section = headings.at(-1);
    test(section, async () => {
      const tester = tried[section];
      assert.ok(tester, "say above how this block is tested");
      await tester(code);
    });
  }

  test("there is a block for every section", () => {
    const sections = written("html").map(({ headings }) => headings.at(-1));
    assert.deepEqual(sections, Object.keys(tried));
  });
});

/** How each command is tested: here, or by the named file. */
const commands = {
  "npm start": "tests/commands/start.test.mjs",
  "npm test": "scripts/test.mjs",
  "npm install cometchat-users": "tests/packaging/install.test.mjs",
  "npm run bench": "tests/commands/bench.test.mjs",
  "npm run size": async () => {
    const text = await succeed("npm", ["run", "--silent", "size"]);
    const page = readFileSync(`${root}docs/performance.md`, "utf8");
    assert.ok(page.includes(text), `docs/performance.md shows other sizes than these:\n${text}`);
  },
};

describe("shell", () => {
  for (const command of written("sh").flatMap(({ code }) => code.trim().split("\n"))) {
    test(command, async () => {
      const runner = commands[command];
      assert.ok(runner, "say above how this command is tested");
      if (typeof runner === "string") assert.ok(existsSync(`${root}${runner}`), runner);
      else await runner();
    });
  }
});

test("no block has a language that is not run", () => {
  const languages = new Set(blocks.map(({ language }) => language));
  // A block without a language is a command's output.
  assert.deepEqual([...languages].sort(), ["", "html", "js", "sh", "ts"]);
});

describe("the size", () => {
  test("no part is larger than its budget, nor are all together", async () => {
    const sizes = await measure();
    assert.deepEqual(overruns(sizes), []);
    // They are one file.
    const parts = sizes.script.gzip + sizes.module.gzip;
    assert.ok(Math.abs(parts / sizes.total.gzip - 1) < 0.05);
  });

  test("a part that has grown is named, and the command fails", async () => {
    const { code, stderr } = await run(process.execPath, ["scripts/size.mjs", "module=1000"]);
    assert.match(stderr, /^module: \d+ bytes gzipped, budget 1000\n$/);
    assert.equal(code, 1);
  });
});
