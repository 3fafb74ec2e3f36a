// What the project needs on a machine that has rustup and Node, and nothing else: each function installs
// or builds one thing where it is missing, and says what to do when it cannot.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** A failure whose message tells people all they need: main.mjs prints it and nothing else. */
export class Failure extends Error {
  /** @param {string} message One or two lines: what is wrong, and what to do. */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Says what a step does that takes longer than a moment, and how long it usually takes. */
export const announce = (what, duration) => console.log(`\n${what} (${duration}) …`);

const RUST_MISSING = "Rust is missing. Install it from https://rustup.rs and try again.";

/** A command as a person would type it, cut where it gets long. */
const shown = (command, args) => {
  const text = [command.replace(/^.*\//, ""), ...args].join(" ").replaceAll(root, "");
  return text.length > 70 ? `${text.slice(0, 69)}…` : text;
};

/** Runs a command in the project's root and shows what it prints; throws when it fails. */
export function run(command, args, options = {}) {
  const ended = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (ended.error?.code === "ENOENT") {
    throw new Failure(
      command === "cargo" ? RUST_MISSING : `${command} is missing: install it first.`,
    );
  }
  if (ended.error) throw ended.error;
  if (ended.status === 0) return;
  const how = ended.signal
    ? `was ended by ${ended.signal}`
    : `failed with exit code ${ended.status}`;
  throw new Failure(`\`${shown(command, args)}\` ${how}. What it printed above tells why.`);
}

/** The path of a program that npm installed. */
export const program = (name) => `${root}node_modules/.bin/${name}`;

const succeeds = (command, args) => spawnSync(command, args, { cwd: root }).status === 0;

/** The pinned Rust toolchain with the WebAssembly target. */
export function rust() {
  if (!succeeds("rustup", ["--version"])) throw new Failure(RUST_MISSING);
  const file = readFileSync(`${root}/rust-toolchain.toml`, "utf8");
  const channel = /channel = "(.+)"/.exec(file)[1];
  if (!succeeds("rustup", ["run", channel, "cargo", "--version"])) {
    announce(`Installing Rust ${channel}`, "about a minute, once");
    run("rustup", ["toolchain", "install", channel, "--profile", "minimal"]);
  }
  for (const component of ["clippy", "rustfmt"]) {
    if (
      !succeeds("rustup", ["run", channel, `cargo-${component.replace("rust", "")}`, "--version"])
    ) {
      run("rustup", ["component", "add", component]);
    }
  }
  const { stdout } = spawnSync("rustup", ["target", "list", "--installed"], { cwd: root });
  if (!stdout?.includes("wasm32-unknown-unknown")) {
    run("rustup", ["target", "add", "wasm32-unknown-unknown"]);
  }
}

/** The npm packages that package-lock.json names. */
export function npm() {
  const installed = `${root}/node_modules/.package-lock.json`;
  const lock = `${root}/package-lock.json`;
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
    announce("Installing npm packages", "about 20 seconds, once");
    // None of them needs its install script, and npm warns of those that it skips by itself.
    run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  }
}

/** The npm package, in pkg/. */
export function buildPackage() {
  announce(
    "Building the npm package from Rust",
    "2 to 3 minutes the first time, then some seconds",
  );
  run("cargo", ["xtask", "build"]);
}

/** The emulator, in target/release. */
export function buildEmulator(...targets) {
  announce("Building the emulator", "about 2 minutes the first time, then some seconds");
  const program = ["--package", "cometchat-emulator-server", ...targets];
  run("cargo", ["build", "--locked", "--release", ...program]);
}

/** The demo page, as files for any web host, in www/dist. The package has to be built before. */
export function buildPage() {
  announce("Building the demo page", "some seconds");
  run(program("vite"), ["build", "www", "--logLevel", "warn"]);
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
    const remedy = `Install it (apt-get install ${packages.join(" ")})${otherwise}.`;
    throw new Failure(`${what} is missing. ${remedy}`);
  }
  announce(`Installing ${packages.join(", ")}`, "about a minute, once");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  run("apt-get", ["update", "-qq"], { env });
  run("apt-get", ["install", "-y", "-qq", ...packages], { env });
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
