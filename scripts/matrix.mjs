// `npm run matrix`: installs the packed package in a project for each bundler, framework, test runner,
// runtime and browser, has it make its calls there, and prints the table. It ends with 1 when a row fails.
//
//   npm run matrix -- NAME …          runs single rows
//   npm run matrix -- --list          names them
//   npm run matrix -- --write         writes docs/use-it-with.md, when all rows pass
//   npm run matrix -- --tarball FILE  takes this packed package instead of packing pkg/

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { rows } from "../tests/packaging/matrix/rows.mjs";
import {
  announce,
  buildEmulator,
  buildPackage,
  chromium,
  Failure,
  firefox,
  npm,
  run,
  rust,
} from "./setup.mjs";

/** How many rows run at a time. */
const PARALLEL = 2;

const { options, wanted, tarball } = readArguments();
if (options.list) {
  for (const { name, title, does } of rows) console.log(`${name.padEnd(22)}${title}: ${does}`);
  process.exit(0);
}

rust();
npm();
buildPackage();
buildEmulator();
const needs = (browser) => wanted.some(({ tried }) => tried.includes(browser));
if (needs("chromium")) process.env.CHROME_PATH = chromium().browser;
if (needs("firefox")) process.env.FIREFOX_PATH = firefox();

// They import packages that npm() may just have installed.
const { openMatrix } = await import("../tests/packaging/matrix/matrix.mjs");
const { table, write } = await import("../tests/packaging/matrix/table.mjs");

announce(`Trying ${wanted.length} places`, "up to half a minute each");
const start = performance.now();
const matrix = await openMatrix({ tarball });
const results = [];
// The longest first.
const waiting = wanted.toSorted((one, other) => isHeavy(other) - isHeavy(one));
try {
  const worker = async () => {
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      const result = { row, ...(await matrix.run(row)) };
      results.push(result);
      const { error, seconds } = result;
      console.log(`${error ? "FAILED" : "passed"}  ${row.name} (${seconds.toFixed(1)} s)`);
      if (error) {
        const text = process.env.DEBUG ? error.stack : error.message;
        console.log(`${(text ?? String(error)).replace(/^/gm, "        ")}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
} finally {
  await matrix.close();
}
results.sort((one, other) => rows.indexOf(one.row) - rows.indexOf(other.row));
console.log(`\n${table(results)}\n`);

const failed = results.filter(({ error }) => error).map(({ row }) => row.name);
const seconds = ((performance.now() - start) / 1000).toFixed(0);
if (failed.length > 0) {
  throw new Failure(
    `${failed.length} of ${results.length} rows failed, in ${seconds} s. To run them again:\n` +
      `npm run matrix -- ${failed.join(" ")}`,
  );
}
console.log(`All ${results.length} rows passed, in ${seconds} s.`);
if (options.write) {
  await write(results);
  run("git", ["--no-pager", "diff", "--stat", "--", "docs/use-it-with.md"]);
}

function isHeavy({ group }) {
  return Number(group === "heavy");
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        list: { type: "boolean" },
        write: { type: "boolean" },
        tarball: { type: "string" },
      },
    });
    const unknown = positionals.filter((name) => !rows.some((row) => row.name === name));
    if (unknown.length > 0)
      throw new Error(`There is no row ${unknown.join(", ")}: --list names them.`);
    if (values.write && (positionals.length > 0 || values.tarball)) {
      throw new Error("--write takes all rows, and the package as it is.");
    }
    const tarball = values.tarball && resolve(process.env.INIT_CWD ?? ".", values.tarball);
    if (tarball && !existsSync(tarball)) throw new Error(`There is no file ${tarball}.`);
    const isWanted = ({ name }) => positionals.length === 0 || positionals.includes(name);
    return { options: values, wanted: rows.filter(isWanted), tarball };
  } catch (error) {
    const usage = "npm run matrix -- [--list] [--write] [--tarball FILE] [ROW …]";
    throw new Failure(`${error.message}\n${usage}`, 2);
  }
}
