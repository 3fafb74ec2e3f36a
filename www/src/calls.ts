// The package's calls as the page offers them: the fields of each form, and the arguments that it makes of
// them.

import type { Client, RequestOptions, User } from "cometchat-users";

export type Field =
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

/** What a form holds: for an update, only the changes. */
export type Values = Partial<Record<Field, unknown>>;

/** The limits of a call that a visitor may choose; absent: the package's own. */
export interface Limits {
  timeoutMs?: number;
  maxRetries?: number;
}

export interface Call {
  /** The panel of the form; two calls may share one. */
  panel: string;
  /** The package's function. */
  name: string;
  title: string;
  /** Continues a sentence that begins with the function's name. */
  about: string;
  button: string;
  fields: Field[];
  required?: Field[];
  /** Fields that are shown and cannot be changed, each with the reason. */
  fixed?: Partial<Record<Field, string>>;
  /** Whether it changes an existing user, so that only changes are sent. */
  updates?: boolean;
  needsSession?: boolean;
  /** Sets of values to fill the form with. */
  samples?: Record<string, () => Values>;
  run: (client: Client, args: unknown[]) => Promise<User | undefined>;
  /** The arguments, without the limits that every call takes. */
  args: (values: Values, authKey: string) => unknown[];
  options?: (values: Values) => object;
}

/** The values that clear a field on update. */
export const EMPTY: Values = { avatar: "", link: "", statusMessage: "", metadata: {}, tags: [] };

/** Fields of a user that only the service sets. */
export const READ_ONLY = [
  "status",
  "lastActiveAt",
  "createdAt",
  "updatedAt",
  "deactivatedAt",
  "hasBlockedMe",
  "blockedByMe",
];

const PROFILE: Field[] = ["name", "avatar", "link", "role", "statusMessage", "tags", "metadata"];
const ALL: Field[] = ["uid", ...PROFILE];

function pick(values: Values, fields: Field[]): Values {
  return Object.fromEntries(
    fields.filter((field) => field in values).map((field) => [field, values[field]]),
  );
}

const revised = (): Values => ({
  name: "Ada King",
  statusMessage: "Writing Note G",
  tags: ["vip", "mathematics"],
});

/** Runs a method of the client. */
const method =
  (name: "createUser" | "updateUser" | "updateCurrentUserDetails" | "login" | "getUser") =>
  (client: Client, args: unknown[]) =>
    (client[name] as (...args: unknown[]) => Promise<User>)(...args);

export const CALLS: Call[] = [
  {
    panel: "create",
    name: "createUser",
    title: "Create a user",
    about: "makes a user of a uid and a name. It takes the Auth Key: for development only.",
    button: "Create user",
    fields: [...ALL, "withAuthToken"],
    required: ["uid", "name"],
    samples: {
      "every field": () => ({
        uid: newUid(),
        name: "Ada Lovelace",
        avatar: new URL("./icon.svg", location.href).href,
        link: "https://example.com/ada",
        role: "default",
        statusMessage: "Writing the first program",
        metadata: '{ "plan": "pro", "seats": 3 }',
        tags: ["vip", "beta"],
      }),
      mistakes: () => ({
        uid: "no spaces, please!",
        name: " ",
        avatar: "not a URL",
        link: "example.com",
        role: "big boss",
        statusMessage: "",
        metadata: '{ "plan": "pro",\n  broken',
        tags: ["vip", " ", "beta"],
      }),
    },
    run: method("createUser"),
    args: (values, authKey) => [pick(values, ALL), authKey],
    options: ({ withAuthToken }) => (withAuthToken ? { withAuthToken } : {}),
  },
  {
    panel: "update",
    name: "updateUser",
    title: "Update a user",
    about: "changes the fields that you change here and no others. It takes the Auth Key.",
    button: "Update user",
    fields: ALL,
    required: ["uid"],
    updates: true,
    samples: { "an example": revised },
    run: method("updateUser"),
    args: (values, authKey) => [pick(values, ALL), authKey],
  },
  {
    panel: "update-self",
    name: "updateCurrentUserDetails",
    title: "Update yourself",
    about: "changes the signed-in user, without any key.",
    button: "Update yourself",
    fields: ALL,
    fixed: {
      uid: "The uid never changes: it names the user.",
      role: "Nobody gives themselves a role: it takes updateUser() and a key.",
    },
    updates: true,
    needsSession: true,
    samples: { "an example": revised },
    run: method("updateCurrentUserDetails"),
    args: (values) => [
      pick(
        values,
        PROFILE.filter((field) => field !== "role"),
      ),
    ],
  },
  {
    panel: "sign-in",
    name: "login",
    title: "Sign in with a uid",
    about: "with a uid and the Auth Key is for development: that key opens every account.",
    button: "Sign in",
    fields: ["uid"],
    required: ["uid"],
    run: method("login"),
    args: ({ uid }, authKey) => [uid ?? "", authKey],
  },
  {
    panel: "sign-in",
    name: "login",
    title: "Sign in with an auth token",
    about: "with a token is for production: your server gets the token, and no key is in the page.",
    button: "Sign in with the token",
    fields: ["authToken"],
    required: ["authToken"],
    run: method("login"),
    args: ({ authToken }) => [authToken ?? ""],
  },
  {
    panel: "fetch",
    name: "getUser",
    title: "Fetch a user",
    about: "gives any user of the app, as the signed-in user sees it.",
    button: "Fetch user",
    fields: ["uid"],
    required: ["uid"],
    needsSession: true,
    run: method("getUser"),
    args: ({ uid }) => [uid ?? ""],
  },
];

/** Not one of the forms: the button is beside the name of the signed-in user. */
export const SIGN_OUT: Call = {
  panel: "sign-in",
  name: "logout",
  title: "Sign out",
  about: "",
  button: "Sign out",
  fields: [],
  needsSession: true,
  run: (client, args) => client.logout(args[0] as RequestOptions).then(() => undefined),
  args: () => [],
};

export const newUid = (): string => `demo-${Math.random().toString(36).slice(2, 7)}`;
