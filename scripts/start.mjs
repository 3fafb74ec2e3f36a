// `npm start`: installs what is missing, builds, starts the emulator on a SQLite file with the demo page
// at its address, runs the three functions once from Node, and serves until it is stopped.
//
//   npm start -- --once      ends after the run from Node
//   npm start -- --port N    the emulator and the page listen on port N
//
// COMETCHAT_EMULATOR_DATABASE_URL names another database.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { parseArgs } from "node:util";
import { startEmulator } from "./emulator.mjs";
import { buildEmulatorPackage } from "./emulator-package.mjs";
import { buildEmulator, buildPackage, Failure, npm, root, rust } from "./setup.mjs";

/** Where the emulator listens unless that port is taken; clients look there by default. */
const EMULATOR_PORT = 8090;

const { once, port } = readOptions();
const databaseUrl =
  process.env.COMETCHAT_EMULATOR_DATABASE_URL ?? `sqlite://${root}cometchat-emulator.db`;
if (port && !(await isFree(port))) {
  throw new Failure(`Port ${port} is taken. Choose another: npm start -- --port N`);
}
if (!existsSync(`${root}target`)) {
  console.log(
    "The first start compiles everything: about four minutes. The next ones take seconds.",
  );
}
rust();
npm();
buildPackage();
buildEmulator();
// With the demo page, which can run the package's engine.
buildEmulatorPackage();

const emulator = await startEmulator({
  port: port ?? ((await isFree(EMULATOR_PORT)) ? EMULATOR_PORT : 0),
  databaseUrl,
  args: ["--page", `${root}www/dist`],
});
const environment = {
  COMETCHAT_EMULATOR_HOST: new URL(emulator.url).host,
  COMETCHAT_APP_ID: emulator.appId,
  COMETCHAT_AUTH_KEY: emulator.authKey,
};

const place = databaseUrl.replace(/^sqlite:\/\//, "").replace(root, "");
console.log(`\nThe emulator runs at ${emulator.url}; its users are in ${place}.\n`);
const example = spawnSync(process.execPath, ["examples/three-functions.mjs"], {
  cwd: root,
  env: { ...process.env, ...environment },
  stdio: "inherit",
});

if (once || example.status !== 0) {
  await emulator.stop();
  process.exit(example.status ?? 1);
}

console.log(`\nThe demo page: ${emulator.url}\n\nFor your own app or script:\n`);
for (const [name, value] of Object.entries(environment)) console.log(`  ${name}=${value}`);
console.log("\nCtrl+C stops it.");

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await emulator.stop();
    process.exit(0);
  });
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { once: { type: "boolean", default: false }, port: { type: "string" } },
    });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(port > 0 && port < 65536 && Number.isInteger(port))) {
      throw new Error("--port takes a number from 1 to 65535.");
    }
    return { once: values.once, port };
  } catch (error) {
    throw new Failure(`${error.message}\nnpm start -- [--once] [--port N]`, 2);
  }
}

/** Whether a port of this machine can be listened on. */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
