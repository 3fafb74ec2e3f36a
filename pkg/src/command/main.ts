// The command `cometchat-users`: what an app's users need from a shell.

import { closeSync, openSync, writeSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { CometChatException } from "cometchat-users/server";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { EXIT, Interrupted, UsageError } from "./errors.js";
import { type ImportFlags, importUsers } from "./import.js";
import { note, write } from "./output.js";
import { type App, type AppFlags, appOf, refuseKeys } from "./settings.js";
import * as users from "./users.js";

declare const VERSION: string;

const USAGE_CODES = new Set(["INVALID_OPTIONS", "INVALID_SOURCE", "INVALID_JOURNAL"]);

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("It is a whole number from 1 on.");
  }
  return value;
};

const texts = (text: string): string[] => text.split(",").filter((part) => part !== "");

function mapped(text: string, before: Record<string, string>): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It is FIELD=COLUMN, such as name=full_name.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

const program = new Command("cometchat-users")
  .description("Users of a CometChat app, with its REST API key. Unofficial.")
  .version(VERSION)
  .exitOverride()
  .showSuggestionAfterError()
  .addHelpText(
    "after",
    `
The app and its key come from COMETCHAT_APP_ID, COMETCHAT_REGION and COMETCHAT_REST_API_KEY, from a file
(--key-file), or, on a terminal, from a hidden question; the key never from the command line.

Exit codes: 0 all done, 1 some failed, 2 usage, 130 interrupted`,
  );

/** A command with the flags that all have. */
const command = (words: string, help: string): Command =>
  program
    .command(words)
    .description(help)
    .option("--app-id <id>", "the app's id [env: COMETCHAT_APP_ID]")
    .option("--region <region>", "us, eu or in [env: COMETCHAT_REGION]")
    .option("--key-file <file>", "a file with the REST API key, or with lines as in .env")
    .option("--emulator [address]", "an emulator (http://127.0.0.1:8090), and its own app and key")
    .addOption(
      new Option(
        "--per-minute <n>",
        "requests in a minute (just below the service's limits)",
      ).argParser(whole),
    )
    .option("--json", "print JSON");

let exitCode: number = EXIT.ok;

/** A command that needs the app. */
const withApp =
  <A extends unknown[]>(act: (app: App, ...args: A) => Promise<void>) =>
  async (flags: AppFlags, ...args: A): Promise<void> =>
    act(await appOf(flags), ...args);

command(
  "import [file]",
  "create or update the users of a CSV, NDJSON or JSON file; - is standard input",
)
  .option("--map <field=column>", "the column that a field is in; may be repeated", mapped, {})
  .addOption(
    new Option("--mode <mode>", "what to do with users that exist, and that do not")
      .choices(["create", "update", "upsert", "skip-existing"])
      .default("create"),
  )
  .addOption(
    new Option("--format <format>", "as the first character tells").choices([
      "csv",
      "ndjson",
      "json",
    ]),
  )
  .option("--dry-run", "check all rows, ask the service about them, and change nothing")
  .option("--preserve-dates", "keep createdAt, lastActiveAt and deactivatedAt")
  .addOption(new Option("--concurrency <n>", "requests in flight").argParser(whole).default(16))
  .option("--resume [run]", "go on with a run: the last one of this file, or this one")
  .option("--failed <file>", "write the rows that fail, with the reason, to be imported again")
  .option("--report <file>", "write the report as JSON")
  .option("--undo <run>", "deactivate the users that a run created, and nothing else")
  .action(async (file: string | undefined, flags: ImportFlags) => {
    exitCode = await importUsers(file, flags);
  });

command("get <uid>", "print a user")
  .option("--on-behalf-of <uid>", "as this user sees it")
  .action((uid, flags) => withApp(users.get)(flags, uid, flags, flags.json));

const fields = (made: Command): Command =>
  made
    .option("--name <name>", "display name")
    .option("--avatar <url>", "picture")
    .option("--link <url>", "profile page")
    .option("--role <role>", "id of a role")
    .option("--status-message <text>", "any text")
    .option("--tags <tags>", "separated by commas", texts)
    .option("--metadata <json>", "a JSON object");

fields(command("create <uid>", "create a user"))
  .option("--with-auth-token", "with an auth token")
  .action((uid, flags) => withApp(users.create)(flags, uid, flags, flags.json));

fields(command("update <uid>", "change a user"))
  .option("--unset <fields>", "fields to clear, separated by commas", texts)
  .action((uid, flags) => withApp(users.update)(flags, uid, flags, flags.json));

command("delete <uid>", "deactivate a user")
  .option("--permanent", "delete it with all that it wrote, never to be restored")
  .action((uid, flags) => withApp(users.remove)(flags, uid, flags, flags.json));

command("token <uid>", "create an auth token, with which the user logs in, and print it").action(
  (uid, flags) => withApp(users.token)(flags, uid, flags.json),
);

const filters = (made: Command): Command =>
  made
    .option("--search <text>", "beginning of the uid or the name")
    .option("--role <role>", "id of a role")
    .option("--tags <tags>", "any of these, separated by commas", texts)
    .addOption(new Option("--status <status>", "status").choices(["online", "offline"]))
    .option("--deactivated", "deactivated users only")
    .option("--with-deactivated", "deactivated users, too");

filters(command("list", "print users, one a line"))
  .addOption(new Option("--limit <n>", "at most this many").argParser(whole))
  .action((flags) => withApp(users.list)(flags, flags, flags.json));

filters(command("export [file]", "write all users, ready to be imported elsewhere"))
  .addOption(
    new Option("--format <format>", "csv for a file of that ending, otherwise ndjson").choices([
      "csv",
      "ndjson",
    ]),
  )
  .action(async (file: string | undefined, flags) => {
    flags.format ??= file?.endsWith(".csv") ? "csv" : "ndjson";
    const app = await appOf(flags);
    if (file === undefined || file === "-") {
      return users.exportUsers(app, flags, write);
    }
    const opened = openSync(file, "w", 0o600);
    try {
      await users.exportUsers(app, flags, async (text) => void writeSync(opened, text));
    } finally {
      closeSync(opened);
    }
  });

command("whoami", "say which app it is, and whether its key is accepted").action((flags) =>
  withApp(users.whoami)(flags, flags.json),
);

/** Says what went wrong, on standard error. Returns the exit code. */
function told(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof Interrupted) return EXIT.interrupted;
  const isKnown = error instanceof UsageError || error instanceof CometChatException;
  const { message } = error as Error;
  const details = isKnown ? error.details : ((error as Error).stack ?? "");
  const code = error instanceof CometChatException ? error.code : isKnown ? "USAGE" : "UNEXPECTED";
  if (process.argv.includes("--json")) note(JSON.stringify({ error: { code, message, details } }));
  else note([`cometchat-users: ${message}`, details].filter(Boolean).join("\n"));
  return error instanceof UsageError || USAGE_CODES.has(code) ? EXIT.usage : EXIT.failed;
}

// Without it, V8 lets garbage pile up: an import would take some 50 MB more.
setFlagsFromString("--heap-growing-percent=20");

// A reader that has enough, such as `head`, closes the pipe.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? EXIT.ok : EXIT.failed);
});

try {
  refuseKeys(process.argv.slice(2));
  await program.parseAsync();
  process.exitCode = exitCode;
} catch (error) {
  process.exitCode = told(error);
}
