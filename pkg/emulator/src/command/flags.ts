// The command's flags. Those that the native program has as well have its names, variables, defaults and words;
// tests/emulator/flags.test.mjs holds both together.

/** A flag. */
export interface Flag {
  /** What stands for its value in the help; none for a switch. */
  value?: string;
  /** It may be given without its value. */
  isOptional?: boolean;
  /** It may be repeated, or separated by commas in the variable. */
  isList?: boolean;
  env?: string;
  default?: string;
  /** The values that it accepts. */
  choices?: readonly string[];
  help: string;
}

const LEVELS = ["off", "error", "warn", "info", "debug"] as const;

export const FLAGS = {
  host: {
    value: "HOST",
    env: "COMETCHAT_EMULATOR_HOST",
    default: "127.0.0.1",
    help: "Address to listen on, with or without a port (HOST:PORT); --port wins",
  },
  port: {
    value: "PORT",
    env: "COMETCHAT_EMULATOR_PORT",
    help: "Port to listen on; 0 takes any free one [default: 8090]",
  },
  data: {
    value: "FILE",
    env: "COMETCHAT_EMULATOR_DATA",
    help:
      "File that the state is read from at the start and written to: 200 ms after a change (later if writing " +
      "takes longer) and at the end. A `kill -9` may cost the changes of that time, never the file. " +
      "[default: none, the state ends with the process]",
  },
  "app-id": {
    value: "APP_ID",
    env: "COMETCHAT_EMULATOR_APP_ID",
    default: "APP_ID",
    help: "Id of the app to serve",
  },
  "auth-key": {
    value: "AUTH_KEY",
    env: "COMETCHAT_EMULATOR_AUTH_KEY",
    default: "AUTH_KEY",
    help: "Auth key of that app (scope authOnly)",
  },
  "rest-api-key": {
    value: "REST_API_KEY",
    env: "COMETCHAT_EMULATOR_REST_API_KEY",
    default: "REST_API_KEY",
    help: "REST API key of that app (scope fullAccess)",
  },
  app: {
    value: "ID[:AUTH_KEY[:REST_API_KEY]]",
    env: "COMETCHAT_EMULATOR_APPS",
    isList: true,
    help: "Another app, as ID, ID:AUTH_KEY or ID:AUTH_KEY:REST_API_KEY; may be repeated",
  },
  "auth-key-scope": {
    value: "AUTH_KEY_SCOPE",
    env: "COMETCHAT_EMULATOR_AUTH_KEY_SCOPE",
    default: "all",
    choices: ["all", "create", "tokens"],
    help: "What the auth key may do: create and update users and create auth tokens (all), create users and auth tokens (create), or create auth tokens (tokens)",
  },
  "no-seed": {
    env: "COMETCHAT_EMULATOR_NO_SEED",
    help: "Start new apps without the sample users cometchat-uid-1 to cometchat-uid-5",
  },
  "rate-limits": {
    value: "CORE,STANDARD",
    isOptional: true,
    env: "COMETCHAT_EMULATOR_RATE_LIMITS",
    help:
      "Enforce rate limits and send their headers: this many core and standard operations per app and minute, " +
      'or the service\'s own numbers if none (or the word "service") are given',
  },
  "control-host": {
    value: "NAME",
    env: "COMETCHAT_EMULATOR_CONTROL_HOSTS",
    isList: true,
    help:
      "Another host name under which the emulator's own routes (/__emulator/) answer, such as a container's; " +
      "may be repeated",
  },
  "read-timeout": {
    value: "READ_TIMEOUT",
    env: "COMETCHAT_EMULATOR_READ_TIMEOUT",
    default: "10",
    help: "Seconds that a client may take to send a request, and may leave a response unread",
  },
  "log-format": {
    value: "LOG_FORMAT",
    env: "COMETCHAT_EMULATOR_LOG_FORMAT",
    default: "text",
    choices: ["text", "json"],
    help: "Format of the log on standard error",
  },
  "log-level": {
    value: "LOG_LEVEL",
    env: "COMETCHAT_EMULATOR_LOG_LEVEL",
    default: "info",
    choices: LEVELS,
    help: "How much is logged; info has one line per request",
  },
  "exit-with-stdin": {
    env: "COMETCHAT_EMULATOR_EXIT_WITH_STDIN",
    help: "Stop when standard input is closed, so that a test's emulator never outlives the test",
  },
} as const satisfies Record<string, Flag>;

export type FlagName = keyof typeof FLAGS;

/** The text of `--help`. */
export function help(): string {
  const options = Object.entries(FLAGS as Record<string, Flag>).map(([name, flag]) => {
    const notes = [
      flag.env && `[env: ${flag.env}]`,
      flag.default !== undefined && `[default: ${flag.default}]`,
      flag.choices && `[possible values: ${flag.choices.join(", ")}]`,
    ].filter(Boolean);
    const value = flag.value ? `<${flag.value}>` : "";
    const shown = flag.isOptional ? `[=${value}]` : value && ` ${value}`;
    return `      --${name}${shown}\n${wrapped(flag.help)}\n${wrapped(notes.join(" "))}\n`;
  });
  return `An emulator of CometChat's user API, with a demo page. Not affiliated with CometChat.

Usage: cometchat-emulator [OPTIONS]

Options:
${options.join("\n")}
  -h, --help
          Print help

  -V, --version
          Print version

The state is in memory. The native program of the same name is the better choice for PostgreSQL or SQLite, where
each reply has to survive a crash, and under load.
`;
}

/** Lines of at most 100 characters. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line && line.length + word.length + 1 > 90) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  return [...lines, line].map((line) => `          ${line}`).join("\n");
}
