// `npm start`: installs what is missing, builds, starts the emulator on a SQLite file, runs the three
// functions once from Node, and serves the demo page until it is stopped.
//
//   npm start -- --once      ends after the run from Node
//   npm start -- --port N    serves the page on port N

import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { parseArgs } from "node:util";
import { startEmulator } from "./emulator.mjs";
import { npm, root, run, rust } from "./setup.mjs";

/** Where the emulator listens unless that port is taken; clients look there by default. */
const EMULATOR_PORT = 8090;
const PAGE_PORT = 8080;

const options = readOptions();
rust();
npm();
run("cargo", ["xtask", "build"]);
run("cargo", ["build", "--release", "--package", "cometchat-emulator"]);

const emulator = await startEmulator({
  port: (await isFree(EMULATOR_PORT)) ? EMULATOR_PORT : 0,
  databaseUrl: `sqlite://${root}cometchat-emulator.db`,
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

const page = await servePage();
console.log(`\nThe demo page: ${page.url}\n\nFor your own app or script:\n`);
for (const [name, value] of Object.entries(environment)) console.log(`  ${name}=${value}`);
console.log("\nCtrl+C stops both.");

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await page.stop();
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

/** Builds the demo page and serves it, with what it needs to find the emulator. */
async function servePage() {
  const { build, preview } = await import("vite");
  const www = `${root}www`;
  await build({ root: www, logLevel: "warn" });
  const config = JSON.stringify({
    emulatorUrl: emulator.url,
    appId: emulator.appId,
    authKey: emulator.authKey,
  });
  const server = await preview({
    root: www,
    logLevel: "warn",
    preview: {
      host: "127.0.0.1",
      port: Number(options.port ?? PAGE_PORT),
      strictPort: options.port !== undefined,
    },
    plugins: [
      {
        name: "demo-config",
        configurePreviewServer({ middlewares }) {
          middlewares.use("/config.json", (_request, response) => {
            response.setHeader("Content-Type", "application/json");
            response.end(config);
          });
        },
      },
    ],
  });
  // Vite ends the process on its own at this signal; here the emulator has to be stopped first.
  process.removeAllListeners("SIGTERM");
  return {
    url: server.resolvedUrls.local[0],
    stop: () => server.close(),
  };
}
