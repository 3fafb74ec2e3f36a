// Runs one of package.json's commands. When it fails, it says what is wrong and what to do, in one or two
// lines; with DEBUG=1 it shows the error itself, with its stack.
//
//   node scripts/main.mjs SCRIPT [ARGUMENT …]    SCRIPT: a path from the project's root

import { fileURLToPath, pathToFileURL } from "node:url";
import { Failure } from "./setup.mjs";

const OLDEST_NODE = 20;

/** Errors whose remedy their message does not tell. */
const REMEDIES = [
  [
    /cometchat-users'|(pkg|www)\/dist\b/,
    "The package is not built yet. Run `npm run build` first.",
  ],
  [/Cannot find package '/, "npm packages are missing. Run `npm ci` first."],
  [
    /spawn .*cometchat-emulator ENOENT/,
    "The emulator is not built yet. Run `cargo build --release --package cometchat-emulator-server` first.",
  ],
];

function explain(error) {
  if (error instanceof Failure) return error.message;
  const message = String(error?.message ?? error);
  const [, remedy] = REMEDIES.find(([pattern]) => pattern.test(message)) ?? [];
  return remedy ?? `${message.split("\n")[0]}\nDEBUG=1 shows where this happened.`;
}

function fail(error) {
  console.error(process.env.DEBUG ? error : explain(error));
  process.exit(error?.exitCode ?? 1);
}

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`Node ${OLDEST_NODE} or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}
const [node, , script, ...args] = process.argv;
const url = new URL(`../${script}`, import.meta.url);
// The script finds the arguments where it would if Node ran it.
process.argv = [node, fileURLToPath(url), ...args];
process.on("uncaughtException", fail);
import(pathToFileURL(process.argv[1]).href).catch(fail);
