// A release: one version everywhere, a changelog with a place for it, and workflows with pinned actions and
// no more permissions than they need.

import assert from "node:assert/strict";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  NOWHERE,
  released,
  repositoryOf,
  versions,
  withRepository,
} from "../../scripts/version.mjs";
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
      (await run(process.execPath, ["scripts/version.mjs", "--tag", tag])).stderr;
    assert.doesNotMatch(await check(`v${version}`), /the tag says/);
    assert.match(await check("v99.0.0"), /the tag says 99\.0\.0/);
  });

  test("has to be one", async () => {
    const { code, stderr } = await run(process.execPath, ["scripts/version.mjs", "next"]);
    assert.equal(code, 1);
    assert.match(stderr, /next is no version/);
  });
});

describe("the repository", () => {
  const PACKAGES = ["pkg/package.json", "pkg/emulator/package.json"];
  const ADDRESS = "https://git.example.com/team/users";

  const READ = [
    ...["scripts", "package.json", "package-lock.json", "CHANGELOG.md", "rust-toolchain.toml"],
    ...["Cargo.toml", "Cargo.lock", ".cargo", "src", "crates", "xtask", "tests/wasm"],
  ];

  /** Runs the command on a copy of what it reads, with the repository named or not. */
  async function release(address, ...args) {
    const folder = mkdtempSync(join(tmpdir(), "cometchat-users-release-"));
    try {
      for (const path of READ) cpSync(`${root}${path}`, join(folder, path), { recursive: true });
      for (const path of PACKAGES) {
        mkdirSync(join(folder, path, ".."), { recursive: true });
        const text = withRepository(read(path), ADDRESS);
        writeFileSync(join(folder, path), text.replaceAll(ADDRESS, address ?? NOWHERE));
      }
      const main = join(folder, "scripts/main.mjs");
      const command = [main, "scripts/version.mjs", ...args];
      const ended = await run(process.execPath, command, { cwd: folder });
      return { ...ended, cargo: readFileSync(join(folder, "Cargo.toml"), "utf8") };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test("is asked for by a release, which changes nothing before it is named", async () => {
    const { code, stderr, cargo } = await release(undefined, "9.9.9");
    assert.equal(code, 1);
    assert.equal(cargo, read("Cargo.toml"));
    assert.match(stderr, /names no repository.*--repository https:/s);
  });

  test("is asked for by a tag", async () => {
    const tag = ["--tag", `v${version}`];
    const { code, stderr } = await release(undefined, ...tag);
    assert.equal(code, 1);
    for (const path of PACKAGES) assert.ok(stderr.includes(`${path} names no repository`), stderr);
    const named = await release(ADDRESS, ...tag);
    assert.deepEqual([named.code, named.stdout, named.stderr], [0, `${version}\n`, ""]);
  });

  test("has to be an address", async () => {
    for (const wrong of ["git@example.com:team/users", "https://example.com", `${ADDRESS}.git`]) {
      const { code, stderr } = await release(undefined, "9.9.9", "--repository", wrong);
      assert.equal(code, 1);
      assert.ok(stderr.includes(`${wrong} is no repository`), stderr);
    }
  });

  test("is named by each package in all places", () => {
    for (const path of PACKAGES) {
      const directory = path.replace("/package.json", "");
      const named = JSON.parse(withRepository(read(path), ADDRESS));
      assert.deepEqual(named.repository, { type: "git", url: `git+${ADDRESS}.git`, directory });
      assert.equal(named.bugs, `${ADDRESS}/issues`);
      assert.ok(named.homepage.startsWith(ADDRESS) && named.homepage.endsWith("#readme"));
      assert.equal(repositoryOf(JSON.stringify(named)), ADDRESS);
    }
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

  /** The jobs of a workflow by their names, each as its lines. */
  const jobsOf = (file) => {
    const [, text] = read(`${folder}/${file}`).split("\njobs:\n");
    const jobs = text.split(/^ {2}(?=[\w-]+:\n)/m).slice(1);
    return Object.fromEntries(jobs.map((job) => [job.slice(0, job.indexOf(":")), job]));
  };

  test("only the job that publishes can prove where the package comes from", () => {
    const { test, pack, publish, ...others } = jobsOf("release.yml");
    assert.deepEqual(others, {});
    assert.match(publish, /id-token: write/);
    assert.doesNotMatch(test + pack, /permissions:|environment:/);
    assert.equal(read(`${folder}/release.yml`).match(/id-token/g).length, 1);
    assert.doesNotMatch(read(`${folder}/test.yml`), /id-token/);
  });

  test("the job that publishes takes the tarball that was packed after all tests, as it was packed", () => {
    const { pack, publish } = jobsOf("release.yml");
    assert.match(pack, /needs: test\n/);
    assert.match(publish, /needs: pack\n/);
    assert.match(pack, /npm pack \.\/pkg \.\/pkg\/emulator /);
    assert.match(pack, /sha256<<END"; sha256sum cometchat-\*\.tgz;/);
    assert.match(publish, /sha256sum --check/);
    for (const name of ["users", "emulator"]) {
      assert.ok(publish.includes(`npm publish ./cometchat-${name}-*.tgz --provenance`), name);
    }
  });

  test("nothing of the project or of what it installs runs in the job that publishes", () => {
    const { publish } = jobsOf("release.yml");
    assert.doesNotMatch(publish, /actions\/checkout|actions\/cache/);
    const commands = [...publish.matchAll(/- run: (.+)/g)].map(([, command]) => command);
    assert.equal(commands.length, 3);
    for (const command of commands) {
      assert.match(command, /^echo |^npm publish \S+\.tgz .*--ignore-scripts/);
      assert.doesNotMatch(command, /npm (ci|install|run|exec)|npx|node |cargo/);
    }
  });
});

describe("what is built", () => {
  /** Every call of cargo that compiles, in the scripts and in the build tool. */
  const builds = () => {
    const scripts = readdirSync(`${root}scripts`).filter((name) => name.endsWith(".mjs"));
    const calls = scripts.flatMap((name) =>
      [...read(`scripts/${name}`).matchAll(/run\("cargo", \[\s*([^\]]*)/g)].map(([, args]) => args),
    );
    const sources = readdirSync(`${root}xtask/src`, { recursive: true });
    const tool = sources
      .filter((name) => name.endsWith(".rs"))
      .flatMap((name) =>
        [...read(`xtask/src/${name}`).matchAll(/\.args\(\[("build".*)/g)].map(([, args]) => args),
      );
    const [, alias] = /xtask = "(.+)"/.exec(read(".cargo/config.toml"));
    return [...calls, ...tool, alias];
  };

  test("is what Cargo.lock names, and nothing newer", () => {
    const compiling = builds().filter((args) => /^"?(build|test|clippy|run)\b/.test(args));
    assert.ok(compiling.length > 9, `${compiling.length}`);
    for (const args of compiling) assert.match(args, /--locked/);
  });
});
