// `npm test`: installs what is missing and runs every check and test, one step after the other. It stops
// at the first step that fails; at the end it prints how long each took.
//
//   npm test -- NAME …    runs only the steps of these names

import { readdirSync } from "node:fs";
import { buildEmulatorPackage } from "./emulator-package.mjs";
import {
  announce,
  buildEmulator,
  buildPackage,
  chromium,
  Failure,
  npm,
  program,
  root,
  run,
  rust,
} from "./setup.mjs";

const WASM = ["--target", "wasm32-unknown-unknown"];

/** All test files of folders below tests/. */
const files = (...folders) =>
  folders.flatMap((folder) =>
    readdirSync(`${root}tests/${folder}`)
      .filter((name) => name.endsWith(".test.mjs"))
      .map((name) => `tests/${folder}/${name}`),
  );

// A promise that never settles must not hang the run.
const test = (files, env) =>
  run(process.execPath, ["--test", "--test-timeout=300000", ...files], env && { env });
const node = (...folders) => test(files(...folders));

/** What is about WebAssembly or a browser's page, and what makes thousands of random calls. */
const OF_WEBASSEMBLY = /\/(glue|bindings|browser|fuzz)\.test\.mjs$/;

let browser;

const steps = {
  setup() {
    rust();
    npm();
    browser = chromium();
    process.env.CHROME_PATH = browser.browser;
    process.env.CHROMEDRIVER = browser.driver;
  },
  format() {
    run("cargo", ["fmt", "--all", "--check"]);
    run(program("biome"), ["check"]);
  },
  structure() {
    run("cargo", ["xtask", "structure"]);
  },
  build() {
    buildPackage();
    buildEmulator();
    buildEmulatorPackage();
  },
  types() {
    run(program("tsc"), ["--project", "www"]);
  },
  clippy() {
    run("cargo", ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    const both = ["--package", "cometchat-users", "--package", "cometchat-emulator-wasm"];
    run("cargo", ["clippy", "--locked", ...WASM, ...both, "--all-targets", "--", "-D", "warnings"]);
    const server = ["--package", "cometchat-users", "--features", "server"];
    run("cargo", ["clippy", "--locked", ...WASM, ...server, "--", "-D", "warnings"]);
  },
  rust() {
    const packages = [
      "cometchat-users",
      "cometchat-protocol",
      "cometchat-emulator",
      "cometchat-emulator-sql",
      "cometchat-emulator-server",
    ];
    run("cargo", [
      "test",
      "--locked",
      "--release",
      ...packages.flatMap((name) => ["--package", name]),
    ]);
    run("cargo", ["test", "--locked", "--profile", "tool", "--package", "xtask"]);
  },
  wasm() {
    const runner = "wasm-test-runner";
    run("cargo", ["build", "--locked", "--profile", "tool", "--package", runner]);
    const env = {
      ...process.env,
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: `${root}target/tool/${runner}`,
      WASM_BINDGEN_TEST_WEBDRIVER_JSON: `${root}tests/wasm/webdriver.json`,
    };
    // The runner's default is CommonJS, and the JavaScript in src/ is not.
    const inNode = { ...env, WASM_BINDGEN_USE_NODE_EXPERIMENTAL: "1" };
    run("cargo", ["test", "--locked", ...WASM, "--test", "wasm"], { env: inNode });
    env.WASM_BINDGEN_USE_BROWSER = "1";
    run("cargo", ["test", "--locked", ...WASM, "--test", "wasm"], { env });
  },
  commands: () => node("commands"),
  node: () => node("node", "types"),
  emulator: () => node("emulator"),
  provision: () => node("provision"),
  server: () => node("server"),
  /** The same tests once more, with the build without WebAssembly: it is what React Native's condition finds. */
  javascript: () =>
    test(
      files("node", "faults").filter((file) => !OF_WEBASSEMBLY.test(file)),
      { ...process.env, NODE_OPTIONS: "--conditions=react-native" },
    ),
  packaging: () => node("packaging"),
  browser: () => node("browser"),
  faults: () => node("faults"),
  budgets: () => node("budgets"),
  conformance: () => node("conformance"),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in steps));
if (unknown.length > 0) {
  throw new Failure(
    `No such step: ${unknown.join(", ")}. There are: ${Object.keys(steps).join(", ")}.`,
    2,
  );
}
if (wanted.length === 0) {
  announce("All checks and tests, one step after the other", "20 to 30 minutes the first time");
}
const times = [];
for (const [name, step] of Object.entries(steps)) {
  if (wanted.length > 0 && name !== "setup" && !wanted.includes(name)) continue;
  console.log(`\n=== ${name}`);
  const start = Date.now();
  try {
    await step();
  } catch (error) {
    if (name === "setup") throw error;
    throw new Failure(`=== ${name} failed. ${error.message}\nTo run it alone: npm test -- ${name}`);
  }
  times.push(`${name} ${((Date.now() - start) / 1000).toFixed(1)} s`);
}
console.log(`\n=== all passed: ${times.join(", ")}`);
