// From arguments and variables to what the emulator is started with.

import { parseArgs } from "node:util";
import type { AppOptions, EmulatorOptions, RateLimits } from "../api.js";
import { FLAGS, type Flag, type FlagName } from "./flags.js";
import type { Level } from "./log.js";

/** What is wrong with the command line, for people. */
export class UsageError extends Error {}

/** Why the emulator cannot start, and what to do. */
export class StartError extends Error {}

/** What the command does. */
export interface Settings {
  emulator: EmulatorOptions;
  host: string;
  port: number;
  data: string | undefined;
  controlHosts: string[];
  readTimeoutMs: number;
  logFormat: "text" | "json";
  logLevel: Level;
  exitWithStdin: boolean;
}

const DEFAULT_PORT = 8090;

type Given = { [name in FlagName]?: string | boolean | string[] };

/**
 * Reads the command line.
 *
 * @param args What follows the program's name.
 * @param env The variables; a flag wins.
 * @returns What to print instead of starting, or the settings.
 * @throws UsageError
 */
export function readSettings(
  args: readonly string[],
  env: Record<string, string | undefined>,
): "help" | "version" | Settings {
  const values = parsed(args);
  if (values.help) return "help";
  if (values.version) return "version";
  const given: Given = {};
  for (const [name, flag] of Object.entries(FLAGS as Record<FlagName, Flag>)) {
    const value = values[name] ?? fromVariable(name, flag, env) ?? flag.default;
    const choices = flag.choices;
    if (choices && !choices.includes(String(value))) {
      throw new UsageError(`--${name} takes one of ${choices.join(", ")}, and not "${value}"`);
    }
    if (value !== undefined) given[name as FlagName] = value;
  }
  return settings(given);
}

function parsed(args: readonly string[]) {
  const options: Record<string, { type: "string" | "boolean"; multiple: boolean; short?: string }> =
    {
      help: { type: "boolean", multiple: false, short: "h" },
      version: { type: "boolean", multiple: false, short: "V" },
    };
  for (const [name, { value, isList = false }] of Object.entries(FLAGS as Record<string, Flag>)) {
    options[name] = { type: value ? "string" : "boolean", multiple: isList };
  }
  // Its value may be left out, which `parseArgs` does not know of.
  const full = args.map((arg) => (arg === "--rate-limits" ? "--rate-limits=service" : arg));
  try {
    const { values } = parseArgs({ args: full, options, strict: true });
    return values as Record<string, string | boolean | string[] | undefined>;
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0]);
  }
}

/** An empty variable counts as none. */
function fromVariable(name: string, flag: Flag, env: Record<string, string | undefined>) {
  const text = flag.env && env[flag.env];
  if (!text) return undefined;
  if (flag.isList) return text.split(",");
  return flag.value ? text : isTrue(name, flag, text);
}

function isTrue(name: string, flag: Flag, text: string): boolean {
  if (/^(1|y|yes|t|true|on)$/i.test(text)) return true;
  if (/^(0|n|no|f|false|off)$/i.test(text)) return false;
  throw new UsageError(`${flag.env} (--${name}) takes true or false, and not "${text}"`);
}

function settings(given: Given): Settings {
  const apps = new Map<string, AppOptions>();
  for (const text of (given.app ?? []) as string[]) {
    const app = appOf(text);
    apps.set(app.appId, app);
  }
  const first: AppOptions = {
    appId: String(given["app-id"]),
    authKey: String(given["auth-key"]),
    restApiKey: String(given["rest-api-key"]),
    // As in the native program, a second mention counts.
    ...apps.get(String(given["app-id"])),
  };
  apps.delete(first.appId);
  const limits = given["rate-limits"];
  return {
    emulator: {
      ...first,
      apps: [...apps.values()],
      sampleUsers: !given["no-seed"],
      authKeyScope: given["auth-key-scope"] as NonNullable<EmulatorOptions["authKeyScope"]>,
      rateLimits: limits === undefined ? false : limitsOf(String(limits)),
    },
    ...address(String(given.host), given.port as string | undefined),
    data: given.data as string | undefined,
    controlHosts: (given["control-host"] ?? []) as string[],
    readTimeoutMs: whole("read-timeout", String(given["read-timeout"]), 1, 3_600) * 1_000,
    logFormat: given["log-format"] as "text" | "json",
    logLevel: given["log-level"] as Level,
    exitWithStdin: Boolean(given["exit-with-stdin"]),
  };
}

function whole(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new UsageError(`--${name} takes a number from ${least} to ${most}, and not "${text}"`);
}

function appOf(text: string): AppOptions {
  const [appId = "", authKey = "", ...rest] = text.split(":").map((part) => part.trim());
  if (!appId) throw new UsageError(`--app "${text}": an app needs an id`);
  const restApiKey = rest.join(":");
  return { appId, ...(authKey && { authKey }), ...(restApiKey && { restApiKey }) };
}

function limitsOf(text: string): boolean | RateLimits {
  if (text === "service") return true;
  const [, core, standard] = /^(\d+),(\d+)$/.exec(text) ?? [];
  if (core && standard && Number(core) > 0 && Number(standard) > 0) {
    return { core: Number(core), standard: Number(standard) };
  }
  throw new UsageError(`--rate-limits takes two numbers (CORE,STANDARD), and not "${text}"`);
}

/** A port in `--host` counts if `--port` is not given: clients read the same variable, with `http://` or without. */
function address(host: string, port: string | undefined): { host: string; port: number } {
  const text = host.replace(/^http:\/\//, "").replace(/\/+$/, "");
  // An IPv6 address has colons of its own; with a port it is in brackets.
  const [, name = text, inHost] = /^([^:]*|\[.*\]):(\d+)$/.exec(text) ?? [];
  const chosen = port ?? inHost ?? String(DEFAULT_PORT);
  return { host: name.replace(/^\[|\]$/g, ""), port: whole("port", chosen, 0, 65_535) };
}
