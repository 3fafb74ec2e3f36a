// `npx cometchat-emulator`: an emulator behind an HTTP server, with the demo page, and its state in a file if wanted.

import { fileURLToPath } from "node:url";
import type { App, Listening } from "../api.js";
import { create } from "../create.js";
import { platform } from "../index.js";
import { listen } from "../listen.js";
import { DataFile } from "./data-file.js";
import { help } from "./flags.js";
import { Log, output } from "./log.js";
import { pageIn } from "./page.js";
import { readSettings, type Settings, StartError, UsageError } from "./settings.js";

declare const VERSION: string;

/** How long the log's reader may hold up the end, in milliseconds. */
const LAST_WAIT_MS = 500;

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), process.env);
  if (settings === "help") return void process.stdout.write(help());
  if (settings === "version") return void process.stdout.write(`cometchat-emulator ${VERSION}\n`);
  const stopped = stop(settings);
  const log = new Log(settings.logLevel, settings.logFormat, output(2));
  const data = settings.data === undefined ? undefined : new DataFile(settings.data, log.add);
  try {
    const { emulator, core } = await create(platform, settings.emulator, {
      controlHosts: settings.controlHosts,
      page: true,
      address: `${settings.host}:${settings.port}`,
      ...(settings.logLevel === "off" ? {} : { log: log.add }),
    });
    const appIds = emulator.apps.map(({ appId }) => appId);
    await data?.restore(core, appIds);
    const server = await listen(core, {
      host: settings.host,
      port: settings.port,
      readTimeoutMs: settings.readTimeoutMs,
      first: pageIn(fileURLToPath(new URL("./page", import.meta.url))),
      ...(data ? { changed: data.changed } : {}),
    }).catch((error) => {
      throw new StartError(refused(settings, error));
    });
    output(1).write(ready(server, emulator.apps));
    await stopped;
    // Requests in progress end before the file is written for the last time.
    const closing = server.close();
    core.endWaits();
    await closing;
  } catch (error) {
    data?.release();
    throw error;
  }
  const isWritten = (await data?.close()) ?? true;
  log.add({ level: "info", message: "stopped" });
  await log.flush(LAST_WAIT_MS);
  process.exit(isWritten ? 0 : 1);
}

/** Settles when the program has to end: on SIGINT, SIGTERM and, if wanted, the end of standard input. */
function stop({ exitWithStdin }: Settings): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
    if (exitWithStdin) {
      process.stdin.once("error", () => resolve());
      process.stdin.once("close", () => resolve());
      process.stdin.once("end", () => resolve());
      process.stdin.resume();
    }
  });
}

/** The address and the keys, as a block to paste into a shell or an `.env` file. */
function ready({ url }: Listening, apps: readonly App[]): string {
  const blocks = apps.map(({ appId, authKey, restApiKey }, at) =>
    at === 0
      ? `COMETCHAT_EMULATOR_HOST=${new URL(url).host}\nCOMETCHAT_APP_ID=${appId}\n` +
        `COMETCHAT_AUTH_KEY=${authKey}\nCOMETCHAT_REST_API_KEY=${restApiKey}\n`
      : `# one more app: ${appId}\n#   auth key:     ${authKey}\n#   REST API key: ${restApiKey}\n`,
  );
  return `CometChat emulator ${VERSION} (unofficial), listening on ${url}\n\n${blocks.join("\n")}`;
}

function refused({ host, port }: Settings, error: NodeJS.ErrnoException): string {
  return error.code === "EADDRINUSE"
    ? `port ${port} on ${host} is taken, perhaps by another emulator; stop that, or choose another with --port ` +
        "(0 takes any free one)"
    : `cannot listen on ${host} port ${port}: ${error.message}`;
}

main().catch((error: unknown) => {
  const isExpected =
    error instanceof UsageError || error instanceof StartError || error instanceof TypeError;
  const text = isExpected && !process.env.DEBUG ? error.message : (error as Error).stack;
  process.stderr.write(`error: ${text}\n\nFor more information, try '--help'.\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
  process.exit();
});
