// The package's calls as the page offers them: the fields of each, the arguments that a filled form
// stands for, and the same call as source text.

import {
  createUser,
  getUser,
  login,
  logout,
  type RequestOptions,
  type User,
  updateCurrentUserDetails,
  updateUser,
} from "cometchat-users";
import { type Connection, settings } from "./connection.js";
import { mask } from "./dom.js";

export type FieldName =
  | "uid"
  | "name"
  | "avatar"
  | "link"
  | "role"
  | "statusMessage"
  | "metadata"
  | "tags"
  | "authToken"
  | "withAuthToken";

/** What a form holds. */
export interface Values {
  text: Partial<Record<FieldName, string>>;
  /** Fields whose value is to be taken away. */
  cleared: FieldName[];
  withAuthToken?: boolean;
}

export interface Call {
  id: string;
  /** The package's function. */
  name: string;
  title: string;
  /** Goes on after the function's name. */
  about: string;
  button: string;
  fields: FieldName[];
  required?: FieldName[];
  /** Whether fields can be cleared. */
  clears?: boolean;
  /** Sets of values to fill the form with. */
  samples?: Record<string, () => Values["text"]>;
  run: (...args: never[]) => Promise<User | undefined>;
  /** The arguments, without the options that every call takes. */
  args: (values: Values, authKey: string) => unknown[];
  options?: (values: Values) => object;
}

/** What clears a field on update. */
const EMPTY: Partial<Record<FieldName, unknown>> = {
  avatar: "",
  link: "",
  statusMessage: "",
  metadata: {},
  tags: [],
};
export const isClearable = (field: FieldName): boolean => field in EMPTY;

const PROFILE: FieldName[] = ["name", "avatar", "link", "statusMessage", "metadata", "tags"];
const ALL: FieldName[] = [
  "uid",
  "name",
  "avatar",
  "link",
  "role",
  "statusMessage",
  "metadata",
  "tags",
];

/** The user that a form describes: an empty input is a field that is not there. */
function user({ text, cleared }: Values): Record<string, unknown> {
  const user: Record<string, unknown> = {};
  for (const field of ALL) {
    const typed = text[field] ?? "";
    if (cleared.includes(field)) user[field] = EMPTY[field];
    else if (typed !== "") user[field] = parse(field, typed);
  }
  return user;
}

/** Text that is no JSON stays text: it is the package that says what is wrong, of all fields at once. */
function parse(field: FieldName, typed: string): unknown {
  if (field === "tags") return typed.split(",").map((tag) => tag.trim());
  if (field !== "metadata") return typed;
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}

const revised = (): Values["text"] => ({
  name: "Ada King",
  statusMessage: "Writing Note G",
  tags: "vip, mathematics",
});

const picture = () => new URL("./icon.svg", location.href).href;

export const CALLS: Call[] = [
  {
    id: "create",
    name: "createUser",
    title: "Create a user",
    about:
      "makes a user of a uid and a name. It needs the Auth Key: use it in development, and create users on your server in production.",
    button: "Create user",
    fields: [...ALL, "withAuthToken"],
    required: ["uid", "name"],
    samples: {
      "every field": () => ({
        uid: newUid(),
        name: "Ada Lovelace",
        avatar: picture(),
        link: "https://example.com/ada",
        role: "default",
        statusMessage: "Writing the first program",
        metadata: '{ "plan": "pro", "seats": 3 }',
        tags: "vip, beta",
      }),
      mistakes: () => ({
        uid: "no spaces, please!",
        name: " ",
        avatar: "not a URL",
        link: "example.com",
        role: "big boss",
        statusMessage: "",
        metadata: "{ broken",
        tags: "vip, , beta",
      }),
    },
    run: createUser,
    args: (values, authKey) => [user(values), authKey],
    options: ({ withAuthToken }) => (withAuthToken ? { withAuthToken } : {}),
  },
  {
    id: "update",
    name: "updateUser",
    title: "Update a user",
    about:
      "changes the fields that you fill in or clear, and leaves the others as they are. The uid itself never changes. It needs the Auth Key.",
    button: "Update user",
    fields: ALL,
    required: ["uid"],
    clears: true,
    samples: { "an example": revised },
    run: updateUser,
    args: (values, authKey) => [user(values), authKey],
  },
  {
    id: "sign-in",
    name: "login",
    title: "Sign in with a uid",
    about: "with a uid and the Auth Key is for development: that key opens every account.",
    button: "Sign in",
    fields: ["uid"],
    required: ["uid"],
    run: login,
    args: ({ text }, authKey) => [text.uid ?? "", authKey],
  },
  {
    id: "sign-in",
    name: "login",
    title: "Sign in with an auth token",
    about:
      "with a token is for production: your server asks for the token, and no key is in the page.",
    button: "Sign in with the token",
    fields: ["authToken"],
    required: ["authToken"],
    run: login,
    args: ({ text }) => [text.authToken ?? ""],
  },
  {
    id: "update-self",
    name: "updateCurrentUserDetails",
    title: "Update yourself",
    about: "changes the signed-in user, without a key. It changes neither the uid nor the role.",
    button: "Update yourself",
    fields: PROFILE,
    clears: true,
    samples: { "an example": revised },
    run: updateCurrentUserDetails,
    args: (values) => [user(values)],
  },
  {
    id: "fetch",
    name: "getUser",
    title: "Fetch a user",
    about: "gives any user of the app, as the signed-in user sees it.",
    button: "Fetch user",
    fields: ["uid"],
    required: ["uid"],
    run: getUser,
    args: ({ text }) => [text.uid ?? ""],
  },
];

/** Not one of the forms: the button stands beside the signed-in user. */
export const SIGN_OUT: Call = {
  id: "sign-out",
  name: "logout",
  title: "Sign out",
  about: "",
  button: "Sign out",
  fields: [],
  run: (options?: RequestOptions) => logout(options).then(() => undefined),
  args: () => [],
};

export const newUid = (): string => `demo-${Math.random().toString(36).slice(2, 7)}`;

const NEEDS_SESSION = ["updateCurrentUserDetails", "getUser", "logout"];

/**
 * The call as a program of its own.
 *
 * @param secret How a key or token is written.
 */
export function source(call: Call, values: Values, to: Connection, secret = mask): string {
  const shown = {
    ...values,
    text: { ...values.text, authToken: secret(values.text.authToken ?? "") },
  };
  const args = call.args(shown, to.authKey ? secret(to.authKey) : "YOUR_AUTH_KEY");
  const options = call.options?.(values) ?? {};
  if (Object.keys(options).length > 0) args.push(options);

  const isLocal = to.target === "emulator";
  const imports = [...(isLocal ? ["connectEmulator"] : []), call.name, "init"].sort();
  const result = call.name === "logout" ? "" : "const user = ";
  const lines = [
    importLine(imports),
    "",
    `await init(${literal(to.appId || "YOUR_APP_ID")}, ${literal(settings(to))});`,
    "",
    `${result}await ${call.name}(${argumentList(args)});`,
  ];
  if (NEEDS_SESSION.includes(call.name)) {
    lines.splice(4, 0, "// The session is the one that login() began.");
  }
  if (isLocal) lines.splice(2, 0, `connectEmulator(${literal(to.emulatorUrl)});`);
  return lines.join("\n");
}

const LINE = 52;

function importLine(names: string[]): string {
  const line = names.join(", ");
  const list =
    line.length <= LINE - 16 ? ` ${line} ` : `\n${names.map((name) => `  ${name},\n`).join("")}`;
  return `import {${list}} from "cometchat-users";`;
}

function argumentList(args: unknown[]): string {
  const line = args.map(inline).join(", ");
  if (line.length <= LINE - 20) return line;
  return `\n${args.map((arg) => `  ${literal(arg, "  ")},\n`).join("")}`;
}

/** A value as JavaScript: as JSON with bare keys; on several lines where it is long. */
function literal(value: unknown, indent = ""): string {
  const line = inline(value);
  if (line.length <= LINE || typeof value !== "object" || value === null) return line;
  const inner = `${indent}  `;
  const parts = entries(value, (entry) => literal(entry, inner)).map(
    (part) => `${inner}${part},\n`,
  );
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${parts.join("")}${indent}${close}`;
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
  // Written plainly, this one key would set the prototype.
  if (key === "__proto__") return '["__proto__"]';
  return /^[a-z_$][\w$]*$/i.test(key) ? key : JSON.stringify(key);
}
