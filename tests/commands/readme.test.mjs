// The README's snippets, taken from the README itself: each JavaScript block runs against the emulator, each
// TypeScript block compiles.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { startEmulator } from "../../scripts/emulator.mjs";
import { root } from "../../scripts/setup.mjs";

const readme = readFileSync(`${root}README.md`, "utf8");
const blocks = (language) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(
    (block) => block[1],
  );

// Below the root, so that the snippets find the package as an app would.
const folder = `${root}target/readme`;
mkdirSync(folder, { recursive: true });

let emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator.stop());

/** Stands in for the reader's own server: it gets a token for a user with the REST API key. */
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

const expected = [/Hello /, /created User \{/, /user created User \{/];

for (const [index, snippet] of blocks("js").entries()) {
  test(`JavaScript snippet ${index + 1} of the README runs`, () => {
    const [script, preload] = [`${folder}/${index}.mjs`, `${folder}/server.mjs`];
    writeFileSync(preload, server());
    writeFileSync(
      script,
      snippet
        .replaceAll("APP_ID", emulator.appId)
        .replaceAll('"AUTH_KEY"', `"${emulator.authKey}"`)
        .replaceAll(`COMETCHAT_${emulator.appId}`, "COMETCHAT_APP_ID"),
    );
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", pathToFileURL(preload).href, script],
      {
        encoding: "utf8",
        env: {
          ...process.env,
          COMETCHAT_EMULATOR_HOST: new URL(emulator.url).host,
          COMETCHAT_APP_ID: emulator.appId,
          COMETCHAT_AUTH_KEY: emulator.authKey,
        },
      },
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, expected[index]);
  });
}

for (const [index, snippet] of blocks("ts").entries()) {
  test(`TypeScript snippet ${index + 1} of the README compiles under strict`, () => {
    const script = `${folder}/${index}.mts`;
    writeFileSync(script, snippet);
    execFileSync(
      `${root}node_modules/.bin/tsc`,
      ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", script],
      { cwd: folder, stdio: "inherit" },
    );
  });
}

test("the README's size is what `npm run size` prints, and at most 36 KB", () => {
  const printed = execFileSync("npm", ["run", "--silent", "size"], { cwd: root, encoding: "utf8" });
  assert.ok(readme.includes(printed), `The README says something else than:\n${printed}`);
  const total = /total +(\d+)/.exec(printed);
  assert.ok(Number(total[1]) <= 36 * 1024, printed);
});
