// A call as a program of its own, in JavaScript and in TypeScript. It never contains a key or a token.

import type { Call, Limits, Values } from "./calls.js";
import { type Connection, settings } from "./connection.js";
import { IN_PAGE } from "./engine-messages.js";

export type Language = "js" | "ts";

/** The user of a call: its name in the code, and its type in TypeScript. */
const INPUTS: Record<string, { name: string; type: string }> = {
  createUser: { name: "person", type: "NewUser" },
  updateUser: { name: "changes", type: "UserChanges" },
  updateCurrentUserDetails: { name: "changes", type: "CurrentUserChanges" },
};

/** In place of the key. */
const KEY = "YOUR_AUTH_KEY";

/** For a connection to the emulator in this page: the same emulator in the program. */
const EMULATOR = [
  "const emulator = await createEmulator();",
  'await init(emulator.appId, { region: "us", fetch: emulator.fetch });',
  "",
];

export function source(
  language: Language,
  call: Call,
  values: Values,
  limits: Limits,
  to: Connection,
): string {
  const shown: Values = values.authToken ? { ...values, authToken: "YOUR_AUTH_TOKEN" } : values;
  const args = call.args(shown, KEY);
  const options = { ...call.options?.(values), ...limits };
  const isTypeScript = language === "ts";
  const isInPage = to.emulatorUrl === IN_PAGE;
  const input = isTypeScript ? INPUTS[call.name] : undefined;
  const gives = call.name !== "logout";

  const imports = [call.name, "init"];
  if (isTypeScript) imports.push("CometChatException");
  const types = [];
  if (input) types.push(`type ${input.type}`);
  if (isTypeScript && gives) types.push("type User");

  const key = isInPage ? "emulator.authKey" : literal(KEY);
  const rest = args.map((arg) => (arg === KEY ? key : literal(arg)));
  const lines = [importLine([...imports.sort(byName), ...types]), ""];
  if (isInPage)
    lines.splice(
      0,
      2,
      'import { createEmulator } from "cometchat-emulator";',
      ...lines,
      ...EMULATOR,
    );
  else {
    lines.push(`await init(${literal(to.appId || "YOUR_APP_ID")}, ${literal(settings(to))});`, "");
  }
  if (input) {
    lines.push(`const ${input.name}: ${input.type} = ${literal(args[0])};`, "");
    rest[0] = input.name;
  }
  if (Object.keys(options).length > 0) rest.push(literal(options));
  if (call.needsSession) lines.push("// The session is the one that login() began.");
  const run = `await ${call.name}(${argumentList(rest)});`;
  const result = isTypeScript ? "const user: User = " : "const user = ";
  const body = gives ? [`${result}${run}`, "console.log(user);"] : [run];
  if (!isTypeScript) return [...lines, ...body].join("\n");
  return [
    ...lines,
    "try {",
    ...body.map((line) => line.replace(/^/gm, "  ")),
    "} catch (error) {",
    "  if (!(error instanceof CometChatException)) throw error;",
    "  console.error(error.code, error.message);",
    "}",
  ].join("\n");
}

const LINE = 64;

const byName = (one: string, other: string) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1);

function importLine(names: string[]): string {
  const line = names.join(", ");
  const list =
    line.length <= LINE - 20 ? ` ${line} ` : `\n${names.map((name) => `  ${name},\n`).join("")}`;
  return `import {${list}} from "cometchat-users";`;
}

function argumentList(args: string[]): string {
  const line = args.join(", ");
  if (line.length <= LINE - 24 && !line.includes("\n")) return line;
  return `\n${args.map((arg) => `${arg.replace(/^/gm, "  ")},\n`).join("")}`;
}

/** A value as JavaScript: JSON with unquoted keys, on several lines where it is long. */
function literal(value: unknown): string {
  const line = inline(value);
  if (line.length <= LINE - 16 || typeof value !== "object" || value === null) return line;
  const parts = entries(value, literal).map((part) => `${part.replace(/^/gm, "  ")},\n`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${parts.join("")}${close}`;
}

function inline(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts = entries(value, inline).join(", ");
  if (Array.isArray(value)) return `[${parts}]`;
  return parts === "" ? "{}" : `{ ${parts} }`;
}

function entries(value: object, write: (entry: unknown) => string): string[] {
  if (Array.isArray(value)) return value.map(write);
  return Object.entries(value).map(([key, entry]) => `${keyLiteral(key)}: ${write(entry)}`);
}

function keyLiteral(key: string): string {
  // Unquoted, this one key would set the prototype.
  if (key === "__proto__") return '["__proto__"]';
  return /^[a-z_$][\w$]*$/i.test(key) ? key : JSON.stringify(key);
}
