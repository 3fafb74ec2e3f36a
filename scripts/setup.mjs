// What the project needs on a machine that has rustup and Node, and nothing else: each function
// installs one thing where it is missing, and says in one line what to do when it cannot.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs a command in the project's root and shows what it prints; throws when it fails. */
export function run(command, args, options = {}) {
  execFileSync(command, args, { cwd: root, stdio: "inherit", ...options });
}

const succeeds = (command, args) => spawnSync(command, args, { cwd: root }).status === 0;

/** The pinned Rust toolchain with the WebAssembly target. */
export function rust() {
  if (!succeeds("rustup", ["--version"])) {
    throw new Error("Rust is missing: install it from https://rustup.rs and try again.");
  }
  const file = readFileSync(`${root}/rust-toolchain.toml`, "utf8");
  const channel = /channel = "(.+)"/.exec(file)[1];
  if (!succeeds("rustup", ["run", channel, "cargo", "--version"])) {
    run("rustup", ["toolchain", "install", channel, "--profile", "minimal"]);
  }
  for (const component of ["clippy", "rustfmt"]) {
    if (
      !succeeds("rustup", ["run", channel, `cargo-${component.replace("rust", "")}`, "--version"])
    ) {
      run("rustup", ["component", "add", component]);
    }
  }
  const targets = execFileSync("rustup", ["target", "list", "--installed"], { cwd: root });
  if (!targets.includes("wasm32-unknown-unknown")) {
    run("rustup", ["target", "add", "wasm32-unknown-unknown"]);
  }
}

/** The npm packages that package-lock.json names. */
export function npm() {
  const installed = `${root}/node_modules/.package-lock.json`;
  const lock = `${root}/package-lock.json`;
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
    run("npm", ["ci", "--no-audit", "--no-fund"]);
  }
}

const find = (names) =>
  names
    .map((name) =>
      spawnSync("sh", ["-c", `command -v ${name}`])
        .stdout.toString()
        .trim(),
    )
    .find(Boolean);

/**
 * Installs packages of Debian or Ubuntu; throws with what to do where that cannot be done.
 *
 * @param {string} what What is missing, for people.
 * @param {string[]} packages
 * @param {string} [otherwise] What one can do instead of installing it.
 */
export function apt(what, packages, otherwise = "") {
  if (!succeeds("sh", ["-c", "command -v apt-get && test $(id -u) = 0"])) {
    const remedy = `install it (apt-get install ${packages.join(" ")})${otherwise}.`;
    throw new Error(`${what} is missing: ${remedy}`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  run("apt-get", ["update", "-qq"], { env });
  run("apt-get", ["install", "-y", "-qq", ...packages], { env });
}

/** The demo page, as files for any web host, in www/dist. The package has to be built before. */
export function buildPage() {
  run("npx", ["vite", "build", "www", "--logLevel", "warn"]);
}

const CHROMIUM = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** A Chromium and its driver; gives their paths. */
export function chromium() {
  const paths = () => ({
    browser: process.env.CHROME_PATH || find(CHROMIUM),
    driver: process.env.CHROMEDRIVER || find(["chromedriver"]),
  });
  if (!paths().browser || !paths().driver) {
    const otherwise = ", or set CHROME_PATH and CHROMEDRIVER";
    apt("Chromium or chromedriver", ["chromium", "chromium-driver"], otherwise);
  }
  return paths();
}

/** A Firefox; gives its path. */
export function firefox() {
  const path = () => process.env.FIREFOX_PATH || find(["firefox-esr", "firefox"]);
  if (!path()) apt("Firefox", ["firefox-esr"], ", or set FIREFOX_PATH");
  return path();
}
