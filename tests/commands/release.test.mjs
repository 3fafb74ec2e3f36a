// A release: one version everywhere, a changelog with a place for it, and workflows with pinned actions and
// no more permissions than they need.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { released, versions } from "../../scripts/version.mjs";
import { root, run, succeed } from "../support/programs.mjs";

const read = (file) => readFileSync(`${root}${file}`, "utf8");
const said = versions();
const version = said["Cargo.toml"];

describe("the version", () => {
  for (const [place, other] of Object.entries(said)) {
    test(`of ${place} is the project's`, () => assert.equal(other, version));
  }

  test("is what the emulator and the single file say of themselves", async () => {
    const emulator =
      process.env.COMETCHAT_EMULATOR_BIN ?? `${root}target/release/cometchat-emulator`;
    assert.equal(await succeed(emulator, ["--version"]), `cometchat-emulator ${version}\n`);
    const [banner] = read("pkg/dist/cometchat-users.min.js").split("\n");
    assert.equal(banner, `/* cometchat-users ${version} | MIT OR Apache-2.0 */`);
  });

  test("is held against the tag", async () => {
    const check = async (tag) =>
      (await run(process.execPath, ["scripts/version.mjs", "--tag", tag])).code;
    assert.equal(await check(`v${version}`), 0);
    assert.equal(await check("v99.0.0"), 1);
  });

  test("has to be one", async () => {
    const { code, stderr } = await run(process.execPath, ["scripts/version.mjs", "next"]);
    assert.equal(code, 1);
    assert.match(stderr, /next is no version/);
  });
});

describe("the changelog", () => {
  const headings = (text) => [...text.matchAll(/^## \[(.+?)\](?: - (\S+))?$/gm)];

  test("has a place for what is not released yet, and a date for each release", () => {
    const [[, first], ...releases] = headings(read("CHANGELOG.md"));
    assert.equal(first, "Unreleased");
    for (const [, name, date] of releases) {
      assert.match(name, /^\d+\.\d+\.\d+/);
      assert.match(date, /^\d{4}-\d\d-\d\d$/);
    }
  });

  test("gives the unreleased changes to the version that is released", () => {
    const after = released(read("CHANGELOG.md"), "9.9.9", "2030-01-02");
    const [[, first], [, second, date]] = headings(after);
    assert.deepEqual([first, second, date], ["Unreleased", "9.9.9", "2030-01-02"]);
  });
});

describe("the workflows", () => {
  const folder = ".github/workflows";
  for (const name of readdirSync(`${root}${folder}`)) {
    const text = read(`${folder}/${name}`);

    test(`${name}: names each action by its commit`, () => {
      for (const [, action] of text.matchAll(/uses: (\S+)/g)) {
        assert.match(action, /^\.\/|@[0-9a-f]{40}$/, action);
      }
    });

    test(`${name}: may read and no more, unless a job says so`, () => {
      assert.match(text, /\npermissions:\n {2}contents: read\n/);
      assert.doesNotMatch(text, /secrets\.|contents: write/);
    });

    test(`${name}: runs commands that there are`, () => {
      const { scripts } = JSON.parse(read("package.json"));
      for (const [, script] of text.matchAll(/npm run (\S+)/g))
        assert.ok(script in scripts, script);
      for (const [, file] of text.matchAll(/node (scripts\/\S+)/g)) assert.ok(read(file), file);
    });
  }

  test("only the job that publishes can prove where the package comes from", () => {
    const [, jobs] = read(`${folder}/release.yml`).split("\njobs:\n");
    const [, publish] = jobs.split("\n  publish:\n");
    assert.match(publish, /id-token: write/);
    assert.match(publish, /needs: test/);
    assert.match(publish, /npm publish \.\/pkg --provenance/);
    assert.equal(read(`${folder}/release.yml`).match(/id-token/g).length, 1);
    assert.doesNotMatch(read(`${folder}/test.yml`), /id-token/);
  });
});
