// Where the command gets the app and its key from: the environment, a file, an emulator, or a hidden question; never
// from the command line, which other users of the machine can read and the shell keeps.

import { readFileSync } from "node:fs";
import { isCancel, password } from "@clack/prompts";
import { AdminClient } from "cometchat-users/server";
import { Interrupted, UsageError } from "./errors.js";

/** The flags that say which app it is. */
export interface AppFlags {
  appId?: string;
  region?: string;
  keyFile?: string;
  /** `true` for the usual address. */
  emulator?: string | true;
  perMinute?: number;
}

/** An app and what calls it. */
export interface App {
  admin: AdminClient;
  appId: string;
  /** Where the requests go, for people. */
  place: string;
}

const APP_ID = "COMETCHAT_APP_ID";
const REGION = "COMETCHAT_REGION";
const KEY = "COMETCHAT_REST_API_KEY";
const AUTH_KEY = "COMETCHAT_AUTH_KEY";
const EMULATOR = "COMETCHAT_EMULATOR_HOST";
/** An emulator has no limits unless it is told to. */
const UNLIMITED = 1_000_000_000;

/** Refuses a key on the command line, before anything else is read of it. */
export function refuseKeys(args: readonly string[]): void {
  const flag = args
    .slice(0, args.includes("--") ? args.indexOf("--") : args.length)
    .map((argument) => argument.split("=", 1)[0] as string)
    .find((name) => /^--?(rest|api|auth|app|full|access|secret|admin|[-_])*key$/i.test(name));
  if (flag === undefined) return;
  throw new UsageError(
    `${flag}: a key is not taken from the command line, where the shell's history and the list of processes show it.`,
    `Set ${KEY}, or give a file with --key-file; on a terminal, you are asked for it.`,
  );
}

/** Finds the app and its key. */
export async function appOf(flags: AppFlags): Promise<App> {
  const given = { ...process.env, ...(flags.keyFile !== undefined && fileOf(flags.keyFile)) };
  // The variable alone is enough for the client, too.
  if (flags.emulator !== undefined || given[EMULATOR]) return emulated(flags, given);
  const appId = flags.appId ?? given[APP_ID];
  if (!appId) {
    throw new UsageError(
      "Which app? There is no app id.",
      `Set ${APP_ID}, or give --app-id; the dashboard shows it. Against an emulator: --emulator.`,
    );
  }
  const region = flags.region ?? given[REGION];
  if (!region) {
    throw new UsageError(
      "Which region is the app in?",
      `Set ${REGION} to us, eu or in, or give --region; the dashboard shows it.`,
    );
  }
  const key = given[KEY] || (await asked(given));
  const admin = new AdminClient(appId, key, { region, ...limit(flags.perMinute) });
  return { admin, appId, place: `region ${region}` };
}

/** For both kinds of requests: an import sends one kind only. */
const limit = (perMinute: number | undefined) =>
  perMinute === undefined ? {} : { perMinute: { core: perMinute, standard: perMinute } };

/** A file with the key alone, or with lines as in `.env`. */
function fileOf(path: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new UsageError(`The key file cannot be read: ${(error as Error).message}`);
  }
  if (/^\S+$/.test(text) && !text.includes("=")) return { [KEY]: text };
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const [, name, value] = /^\s*(?:export\s+)?(COMETCHAT_\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, (value ?? "").replace(/^(["'])(.*)\1$/, "$2")]];
  });
  const found = Object.fromEntries(pairs);
  if (found[KEY]) return found;
  throw new UsageError(
    `The key file ${path} has no REST API key.`,
    `It holds the key and nothing else, or a line ${KEY}=….`,
  );
}

async function asked(given: Record<string, string | undefined>): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new UsageError(
      given[AUTH_KEY]
        ? `${AUTH_KEY} is an auth key, where the REST API key belongs.`
        : "There is no REST API key.",
      `Set ${KEY}, or give a file with --key-file. The dashboard shows the key under "API & Auth Keys".`,
    );
  }
  const key = await password({ message: "REST API key (not shown)", output: process.stderr });
  if (isCancel(key)) throw new Interrupted();
  return key.trim();
}

async function emulated(flags: AppFlags, given: Record<string, string | undefined>): Promise<App> {
  const { emulator = true } = flags;
  const address = addressOf(emulator === true ? given[EMULATOR] || "127.0.0.1:8090" : emulator);
  const known = given[KEY] === undefined ? await config(address) : [];
  const app =
    known.find(({ appId }) => appId === (flags.appId ?? given[APP_ID])) ??
    (flags.appId === undefined ? known[0] : undefined);
  const appId = app?.appId ?? flags.appId ?? given[APP_ID] ?? "APP_ID";
  const key = app?.restApiKey ?? given[KEY];
  if (!key) throw new UsageError(`The emulator at ${address} has no app ${appId}.`);
  const limits = limit(flags.perMinute ?? UNLIMITED);
  return {
    admin: new AdminClient(appId, key, { emulator: address, ...limits }),
    appId,
    place: `the emulator at ${address}`,
  };
}

function addressOf(host: string): string {
  const url = URL.canParse(host) && /^https?:/.test(host) ? host : `http://${host}`;
  if (URL.canParse(url) && /^(https?:\/\/)?([\w.-]+|\[[\d:a-f]+\]):\d+\/?$/i.test(host)) {
    return new URL(url).origin;
  }
  throw new UsageError(
    `${host} is not the address of an emulator.`,
    "Write --emulator=http://127.0.0.1:8090, or put --emulator at the end for that address.",
  );
}

/** The emulator's apps with their keys, which it tells everybody on this machine. */
async function config(address: string): Promise<{ appId: string; restApiKey?: string }[]> {
  try {
    const response = await fetch(`${address}/__emulator/config`);
    const { data } = (await response.json()) as { data: { apps: { appId: string }[] } };
    return data.apps;
  } catch (error) {
    throw new UsageError(
      `No emulator answers at ${address}: ${(error as Error).message}.`,
      "Start one: npx cometchat-emulator",
    );
  }
}
