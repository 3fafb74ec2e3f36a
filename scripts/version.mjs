// `npm run release`: the version that both packages and the emulator share, which Cargo.toml holds, and the address of
// the repository, which the packages name.
//
//   npm run release                  prints the version; ends with 1 when another file has a different one
//   npm run release -- --tag TAG     the same, and TAG has to be v and the version, and the repository named
//   npm run release -- VERSION       sets it, in every file that names it, and in the changelog
//   npm run release -- VERSION --repository URL   the same, and names the repository: needed for the first release

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Failure, root, run } from "./setup.mjs";

const read = (file) => readFileSync(`${root}${file}`, "utf8");
const SOURCE = /(\[workspace\.package\]\nversion = ")([^"]+)"/;
const PACKAGE = /("version": ")([^"]+)"/;
const PACKAGES = ["pkg/package.json", "pkg/emulator/package.json"];
const REMEDY = "Say where it is: npm run release -- VERSION --repository https://HOST/OWNER/NAME";
/** In place of the repository's address until somebody names it: nobody can ever have this host (RFC 2606). */
export const NOWHERE = "https://repository.invalid/OWNER/NAME";
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

/** The address of the repository that a package names, or undefined. */
export function repositoryOf(text) {
  const address = JSON.parse(text).bugs.replace(/\/issues$/, "");
  return address === NOWHERE ? undefined : address;
}

/** A package.json with the address of the repository in all places that name it. */
export function withRepository(text, address) {
  if (!/^https:\/\/[^\s/]+\/\S*[^\s/]$/.test(address) || address.endsWith(".git")) {
    throw new Failure(
      `${address} is no repository: give an address such as https://HOST/OWNER/NAME.`,
    );
  }
  return text.replaceAll(repositoryOf(text) ?? NOWHERE, address);
}

/** The changelog's text with the unreleased changes as those of a version. */
export const released = (changelog, version, date) =>
  changelog.replace("## [Unreleased]\n", `## [Unreleased]\n\n## [${version}] - ${date}\n`);

function set(version, repository) {
  if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) {
    throw new Failure(`${version} is no version: give MAJOR.MINOR.PATCH.`);
  }
  for (const file of PACKAGES) {
    const text = read(file);
    if (repository !== undefined) writeFileSync(`${root}${file}`, withRepository(text, repository));
    else if (!repositoryOf(text)) throw new Failure(`${file} names no repository. ${REMEDY}`);
  }
  for (const [file, place] of [
    ["Cargo.toml", SOURCE],
    ...PACKAGES.map((file) => [file, PACKAGE]),
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
  const complaints = others.map(([place, other]) => `${place} says ${other}`);
  const unnamed = PACKAGES.filter((file) => !repositoryOf(read(file)));
  // Between releases nobody needs it.
  if (tag !== undefined) {
    complaints.push(...unnamed.map((file) => `${file} names no repository. ${REMEDY}`));
  }
  for (const complaint of complaints) console.error(complaint);
  process.exitCode = complaints.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { tag: { type: "string" }, repository: { type: "string" } },
    allowPositionals: true,
  });
  if (positionals.length > 0) set(positionals[0], values.repository);
  check(values.tag);
}
