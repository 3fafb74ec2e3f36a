// `npm start`: installs what is missing, builds, starts the emulator on a SQLite file with the demo page
// at its address, runs the three functions once from Node, and serves until it is stopped.
//
//   npm start -- --once      ends after the run from Node
//   npm start -- --port N    the emulator and the page listen on port N

import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { parseArgs } from "node:util";
import { startEmulator } from "./emulator.mjs";
import { buildPage, npm, root, run, rust } from "./setup.mjs";

/** Where the emulator listens unless that port is taken; clients look there by default. */
const EMULATOR_PORT = 8090;

const options = readOptions();
rust();
npm();
run("cargo", ["xtask", "build"]);
run("cargo", ["build", "--release", "--package", "cometchat-emulator"]);
buildPage();

const emulator = await startEmulator({
  port: Number(options.port ?? ((await isFree(EMULATOR_PORT)) ? EMULATOR_PORT : 0)),
  databaseUrl: `sqlite://${root}cometchat-emulator.db`,
  args: ["--page", `${root}www/dist`],
});
const environment = {
  COMETCHAT_EMULATOR_HOST: new URL(emulator.url).host,
  COMETCHAT_APP_ID: emulator.appId,
  COMETCHAT_AUTH_KEY: emulator.authKey,
};

console.log(`\nThe emulator answers at ${emulator.url}; its users are in cometchat-emulator.db.\n`);
const example = spawnSync(process.execPath, ["examples/three-functions.mjs"], {
  cwd: root,
  env: { ...process.env, ...environment },
  stdio: "inherit",
});

if (options.once || example.status !== 0) {
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
    if (values.port !== undefined && !(Number(values.port) > 0 && Number(values.port) < 65536)) {
      throw new Error("--port takes a number from 1 to 65535.");
    }
    return values;
  } catch (error) {
    console.error(`${error.message}\nnpm start -- [--once] [--port N]`);
    process.exit(2);
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
