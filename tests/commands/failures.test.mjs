// A command that fails says what is wrong and what to do, in at most three lines and without a stack.

import assert from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { before, describe, test } from "node:test";
import { root, run, temporaryFolder } from "../support/programs.mjs";

const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const elsewhere = temporaryFolder();

/** Runs a script of package.json, without npm and the shell, which the PATH of a test may lack. */
function command(name, args = [], { env, cwd } = {}) {
  const [program, ...rest] = scripts[name].split(" ");
  const [runner, before] = program === "node" ? [process.execPath, []] : ["bash", [program]];
  return run(runner, [...before, ...rest, ...args], { env: { DEBUG: "", ...env }, cwd });
}

/** A folder with programs, to be the whole PATH. */
function pathWith(name, programs) {
  const folder = join(elsewhere, name);
  mkdirSync(folder);
  // Scripts that npm installed begin with `#!/usr/bin/env node`.
  symlinkSync(process.execPath, join(folder, "node"));
  symlinkSync(realpathSync("/bin/sh"), join(folder, "sh"));
  for (const [program, text] of Object.entries(programs)) {
    writeFileSync(join(folder, program), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, program), 0o755);
  }
  return folder;
}

/** Checks what a failed command says, and that it is short and has no stack. */
function assertTold({ code, stderr }, message, expectedCode = 1) {
  assert.match(stderr, message);
  assert.ok(stderr.trim().split("\n").length <= 3, stderr);
  assert.doesNotMatch(stderr, /^\s+at |node:internal|stack backtrace/m);
  assert.equal(code, expectedCode);
}

test("every script of package.json goes through scripts/main.mjs, or tells by itself", () => {
  for (const [name, text] of Object.entries(scripts)) {
    if (name !== "test:api") assert.match(text, /^node scripts\/main\.mjs (scripts|bench)\//, name);
  }
});

describe("without rustup", () => {
  let PATH;
  before(() => {
    PATH = pathWith("no-rustup", {});
  });
  for (const [name, ...args] of [["start"], ["build"], ["test"], ["matrix"], ["docs"], ["bench"]]) {
    test(`npm run ${name}`, async () => {
      const told = await command(name, args, { env: { PATH } });
      assertTold(
        told,
        /^Rust is missing\. Install it from https:\/\/rustup\.rs and try again\.\n$/m,
      );
    });
  }
});

describe("when a build step fails", () => {
  let PATH;
  before(() => {
    const rustup = "echo wasm32-unknown-unknown";
    const cargo = "echo 'error: a name is missing' >&2; exit 101";
    PATH = pathWith("failing-cargo", { rustup, cargo });
  });
  for (const [name, ...args] of [
    ["start"],
    ["build"],
    ["docs"],
    ["matrix"],
    ["bench", "download"],
  ]) {
    test(`npm run ${name}`, async () => {
      const told = await command(name, args, { env: { PATH } });
      assertTold(told, /`cargo xtask build` failed with exit code 101\. What it printed above/);
    });
  }

  test("npm test names the step, and how to run it alone", async () => {
    const told = await command("test", ["build"], {
      env: { PATH, CHROME_PATH: "x", CHROMEDRIVER: "x" },
    });
    assertTold(
      told,
      /^=== build failed\. `cargo xtask build` .*\nTo run it alone: npm test -- build$/m,
    );
  });
});

test("npm start on a port that is taken says so before it builds anything", async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const told = await command("start", ["--port", String(port)]);
  server.close();
  assertTold(
    told,
    new RegExp(`^Port ${port} is taken\\. Choose another: npm start -- --port N\n$`),
  );
  assert.equal(told.stdout, "");
});

test("npm start gives the reason of an emulator that does not start", async () => {
  const PATH = pathWith("no-cargo-needed", {
    rustup: "echo wasm32-unknown-unknown",
    cargo: "true",
  });
  const env = { PATH, COMETCHAT_EMULATOR_DATABASE_URL: "nonsense://database" };
  assertTold(
    await command("start", ["--once"], { env }),
    /^cometchat-emulator: the database URL is none of sqlite:/,
  );
});

describe("a wrong argument", () => {
  for (const [name, args, message] of [
    ["start", ["--port", "70000"], /--port takes a number from 1 to 65535/],
    ["start", ["--nonsense"], /'--nonsense'.*\nnpm start -- \[--once\]/],
    ["test", ["nonsense"], /^No such step: nonsense\. There are: setup, format, /],
    ["matrix", ["nonsense"], /^There is no row nonsense: --list names them\./],
    ["matrix", ["--tarball", "/nowhere.tgz"], /^There is no file \/nowhere\.tgz\./],
    ["bench", ["nonsense"], /^No such part: nonsense\. There are: download, /],
    ["release", ["nonsense"], /^nonsense is no version: give MAJOR\.MINOR\.PATCH\.\n$/],
  ]) {
    test(`npm run ${name} -- ${args.join(" ")}`, async () => {
      assertTold(await command(name, args), message, name === "release" ? 1 : 2);
    });
  }
});

describe("on a fresh clone", () => {
  const copy = (name) => {
    const folder = join(elsewhere, name);
    for (const path of ["package.json", "scripts", "tests/support", "pkg/package.json"]) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      cpSync(join(root, path), join(folder, path), { recursive: true });
    }
    return folder;
  };
  let bare;
  let installed;
  before(() => {
    bare = copy("bare");
    installed = copy("installed");
    symlinkSync(join(root, "node_modules"), join(installed, "node_modules"));
  });

  for (const name of ["size", "demo:load", "demo:screenshots"]) {
    test(`npm run ${name} asks for the npm packages`, async () => {
      assertTold(
        await command(name, [], { cwd: bare }),
        /^npm packages are missing\. Run `npm ci` first\.\n$/,
      );
    });
  }

  test("npm run size asks for the build", async () => {
    const told = await command("size", [], { cwd: installed });
    assertTold(told, /^The package is not built yet\. Run `npm run build` first\.\n$/);
  });

  for (const name of ["demo:load", "demo:screenshots"]) {
    test(`npm run ${name} asks for the emulator`, async () => {
      const env = { COMETCHAT_EMULATOR_BIN: "/nowhere/cometchat-emulator" };
      const told = await command(name, [], { cwd: installed, env });
      assertTold(told, /^The emulator is not built yet\. Run `cargo build .*` first\.\n$/);
    });
  }

  test("npm run test:api asks for the emulator", async () => {
    const env = { COMETCHAT_EMULATOR_BIN: "/nowhere/cometchat-emulator" };
    assertTold(await command("test:api", [], { env }), /^The emulator is not built yet\./);
  });
});

test("DEBUG=1 shows the stack", async () => {
  const { code, stderr } = await command("test", ["nonsense"], { env: { DEBUG: "1" } });
  assert.match(stderr, /No such step: nonsense/);
  assert.match(stderr, /^\s+at .*scripts\/test\.mjs/m);
  assert.equal(code, 2);
});
