// `npm run release`: the version that both packages and the emulator share. Cargo.toml holds it.
//
//   npm run release                  prints it; ends with 1 when another file has a different one
//   npm run release -- --tag TAG     the same, and TAG has to be v and the version
//   npm run release -- VERSION       sets it, in every file that names it, and in the changelog

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Failure, root, run } from "./setup.mjs";

const read = (file) => readFileSync(`${root}${file}`, "utf8");
const SOURCE = /(\[workspace\.package\]\nversion = ")([^"]+)"/;
const PACKAGE = /("version": ")([^"]+)"/;
const EMULATOR = /(CometChat emulator )(\d\S*)/;

/** The version in each file, by the file's name. */
export function versions() {
  const metadata = execFileSync("cargo", ["metadata", "--no-deps", "--format-version", "1"], {
    cwd: root,
  });
  const crates = JSON.parse(metadata).packages.filter(({ name }) => name.startsWith("cometchat-"));
  const lock = JSON.parse(read("package-lock.json"));
  return {
    "Cargo.toml": SOURCE.exec(read("Cargo.toml"))[2],
    ...Object.fromEntries(crates.map(({ name, version }) => [`the crate ${name}`, version])),
    "pkg/package.json": PACKAGE.exec(read("pkg/package.json"))[2],
    "pkg/emulator/package.json": PACKAGE.exec(read("pkg/emulator/package.json"))[2],
    "package-lock.json": lock.packages.pkg.version,
    "package-lock.json, emulator": lock.packages["pkg/emulator"].version,
    "crates/emulator/README.md": EMULATOR.exec(read("crates/emulator/README.md"))[2],
  };
}

/** The changelog's text with the unreleased changes as those of a version. */
export const released = (changelog, version, date) =>
  changelog.replace("## [Unreleased]\n", `## [Unreleased]\n\n## [${version}] - ${date}\n`);

function set(version) {
  if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) {
    throw new Failure(`${version} is no version: give MAJOR.MINOR.PATCH.`);
  }
  for (const [file, place] of [
    ["Cargo.toml", SOURCE],
    ["pkg/package.json", PACKAGE],
    ["pkg/emulator/package.json", PACKAGE],
    ["crates/emulator/README.md", EMULATOR],
  ]) {
    const text = read(file);
    const [, before, old] = place.exec(text);
    writeFileSync(`${root}${file}`, text.replace(before + old, before + version));
  }
  run("cargo", ["update", "--workspace", "--quiet"]);
  run("npm", ["install", "--package-lock-only", "--no-audit", "--no-fund"]);
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(`${root}CHANGELOG.md`, released(read("CHANGELOG.md"), version, date));
}

function check(tag) {
  const said = versions();
  const version = said["Cargo.toml"];
  console.log(version);
  if (tag !== undefined) said["the tag"] = tag.replace(/^v/, "");
  const others = Object.entries(said).filter(([, other]) => other !== version);
  for (const [place, other] of others) console.error(`${place} says ${other}`);
  process.exitCode = others.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first, second] = process.argv.slice(2);
  if (first && first !== "--tag") set(first);
  check(first === "--tag" ? (second ?? "") : undefined);
}
