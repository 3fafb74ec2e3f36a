// What a call came to: the user with all its fields, or the error with all that it says.

import { CometChatException, type User } from "cometchat-users";
import type { Call, Values } from "./calls.js";
import type { Exchange } from "./connection.js";
import { el, mask } from "./dom.js";

export interface Outcome {
  call: Call;
  values: Values;
  at: Date;
  milliseconds: number;
  exchanges: Exchange[];
  user?: User;
  error?: unknown;
}

const SECRETS = ["authToken", "jwt", "fat", "secret"];

/** The fields that the documentation lists, with the getter that gives each one's default. */
const GETTERS: Record<string, ((user: User) => unknown) | undefined> = {
  uid: (user) => user.getUid(),
  name: (user) => user.getName(),
  avatar: (user) => user.getAvatar(),
  link: (user) => user.getLink(),
  role: (user) => user.getRole(),
  statusMessage: (user) => user.getStatusMessage(),
  metadata: (user) => user.getMetadata(),
  tags: (user) => user.getTags(),
  status: (user) => user.getStatus(),
  lastActiveAt: (user) => user.getLastActiveAt(),
  hasBlockedMe: (user) => user.getHasBlockedMe(),
  blockedByMe: (user) => user.getBlockedByMe(),
  deactivatedAt: (user) => user.getDeactivatedAt(),
};

/** One sentence on the outcome. */
export function summary({ call, user, error, milliseconds }: Outcome): string {
  const time = duration(milliseconds);
  if (error !== undefined) return `✕ ${call.name}() failed with ${codeOf(error)} after ${time}`;
  return `✓ ${call.name}() ${user ? `returned ${user.getUid()}` : "ended"} in ${time}`;
}

export function codeOf(error: unknown): string {
  return error instanceof CometChatException ? error.code : String(error);
}

export function duration(milliseconds: number): string {
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
}

/** The outcome in full. */
export function view(outcome: Outcome): Node[] {
  const { user, error } = outcome;
  const parts: Node[] = [];
  if (user) parts.push(...userView(user));
  if (error !== undefined) parts.push(errorView(error));
  parts.push(requestsView(outcome.exchanges));
  return parts;
}

function userView(user: User): Node[] {
  const rows = [...new Set([...Object.keys(GETTERS), ...Object.keys(user)])].map((field) => {
    const getter = GETTERS[field];
    const isUnset = user[field] === undefined;
    const value = text(field, getter ? getter(user) : user[field]);
    const name = `get${field.charAt(0).toUpperCase()}${field.slice(1)}()`;
    return row(
      field,
      el("span", { className: isUnset ? "soft" : "" }, value),
      isUnset ? `unset: what ${name} gives` : when(field, user[field]),
    );
  });
  const json = el(
    "pre",
    { tabIndex: 0 },
    JSON.stringify(user, (key, value) => hidden(key, value), 2),
  );
  return [
    el(
      "div",
      { className: "person" },
      portrait(user),
      el(
        "div",
        {},
        el("strong", {}, user.getName() || "(no name)"),
        el("span", { className: "soft mono" }, user.getUid()),
      ),
    ),
    el("table", {}, el("tbody", {}, ...rows)),
    el("details", {}, el("summary", {}, "As JSON"), json),
  ];
}

/** The user's picture, or a letter where there is none to be had. */
function portrait(user: User): HTMLElement {
  const letter = el(
    "span",
    { className: "portrait", "aria-hidden": "true" },
    [...user.getName()][0] ?? "?",
  );
  if (!/^https?:/.test(user.getAvatar() ?? "")) return letter;
  const image = el("img", { className: "portrait", alt: "", referrerPolicy: "no-referrer" });
  image.addEventListener("error", () => image.replaceWith(letter));
  image.src = user.getAvatar() ?? "";
  return image;
}

function errorView(error: unknown): HTMLElement {
  if (!(error instanceof CometChatException)) return el("p", { className: "fault" }, String(error));
  const faults = Object.entries(error.fieldErrors ?? {}).flatMap(([field, messages]) =>
    messages.map((message) =>
      el("li", {}, el("code", {}, field), ` ${message.replace(`${field} `, "")}`),
    ),
  );
  const wait = error.retryAfterMs === undefined ? "" : `, after ${duration(error.retryAfterMs)}`;
  return el(
    "table",
    {},
    el(
      "tbody",
      {},
      row("code", el("strong", { className: "bad" }, error.code)),
      row("message", error.message),
      row("details", error.details || el("span", { className: "soft" }, '""')),
      row(
        "status",
        error.status?.toString() ??
          el("span", { className: "soft" }, "none: no reply of the server"),
      ),
      faults.length > 0 && row("fieldErrors", el("ul", {}, ...faults)),
      row(
        "attempts",
        String(error.attempts),
        error.attempts === 0 ? "refused before a request was sent" : "",
      ),
      row("retryable", `${error.retryable}${wait}`),
      error.maybeCreated && row("maybeCreated", "true", "the user may exist all the same"),
    ),
  );
}

function requestsView(exchanges: Exchange[]): HTMLElement {
  if (exchanges.length === 0) return el("p", { className: "soft" }, "No request was sent.");
  const items = exchanges.map(({ method, url, status, milliseconds }) =>
    el(
      "li",
      {},
      el("b", {}, method),
      ` ${new URL(url).pathname} `,
      el("span", { className: "soft" }, `→ ${status ?? "no reply"} · ${duration(milliseconds)}`),
    ),
  );
  return el("ol", { className: "requests mono", "aria-label": "HTTP requests" }, ...items);
}

function row(name: string, value: Node | string, note = ""): HTMLElement {
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, name),
    el("td", {}, value, note && el("small", { className: "soft" }, note)),
  );
}

function hidden(key: string, value: unknown): unknown {
  return SECRETS.includes(key) && typeof value === "string" ? mask(value) : value;
}

function text(field: string, value: unknown): string {
  const shown = hidden(field, value);
  return typeof shown === "string" ? shown : JSON.stringify(shown, hidden);
}

/** A time in the reader's own terms. */
function when(field: string, value: unknown): string {
  if (!field.endsWith("At") || typeof value !== "number" || value === 0) return "";
  return new Date(value * 1000).toLocaleString();
}
