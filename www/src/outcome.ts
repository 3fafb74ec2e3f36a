// The outcome of a call: the user as a card beside the raw JSON and what an update changed, or the error and
// what to do about it; and the requests behind it.

import { CometChatException, type User } from "cometchat-users";
import type { Call, Limits, Values } from "./calls.js";
import type { Exchange } from "./connection.js";
import { el, tableRow } from "./dom.js";
import { figure } from "./highlight.js";
import { requests } from "./requests.js";
import { advice, codeOf, counted, duration, hidden, shownValue } from "./words.js";

export interface Outcome {
  call: Call;
  values: Values;
  limits: Limits;
  at: Date;
  milliseconds: number;
  attempts: number;
  exchanges: Exchange[];
  user?: User;
  /** The user before an update, if known. */
  before?: Record<string, unknown>;
  error?: unknown;
}

/** One sentence on the outcome. */
export function summary({ call, user, error, milliseconds, attempts }: Outcome): string {
  const time = duration(milliseconds);
  const tries = attempts > 1 ? `, ${counted(attempts, "attempt")}` : "";
  if (error !== undefined)
    return `${call.name}() failed with ${codeOf(error)} after ${time}${tries}`;
  return `${call.name}() ${user ? `returned ${user.getUid()}` : "ended"} in ${time}${tries}`;
}

/** The outcome in full. */
export function view(outcome: Outcome): Node[] {
  const { call, user, error } = outcome;
  const parts: Node[] = [];
  if (user) {
    parts.push(card(user));
    if (call.updates) parts.push(difference(user, outcome.before));
  }
  if (error !== undefined) parts.push(errorView(error));
  parts.push(requests(outcome.exchanges, outcome.milliseconds));
  if (user) parts.push(figure("JSON", JSON.stringify(user, hidden, 2), "The user as JSON"));
  return parts;
}

// --- User -------------------------------------------------------------------------------------

function card(user: User): HTMLElement {
  const status = user.getStatus();
  const link = user.getLink();
  const message = user.getStatusMessage();
  const tags = user.getTags();
  const isDeactivated = user.getDeactivatedAt() > 0;
  return el(
    "article",
    { className: "person", "aria-label": "User" },
    el(
      "div",
      { className: "who" },
      portrait(user),
      el(
        "div",
        {},
        el("strong", { className: "name" }, user.getName() || "(no name)"),
        el("span", { className: "mono soft uid" }, user.getUid()),
        el(
          "span",
          { className: "state" },
          el("span", { className: status === "online" ? "dot good" : "dot" }),
          status,
          " · ",
          user.getRole(),
          isDeactivated && el("span", { className: "bad" }, " · deactivated"),
        ),
      ),
    ),
    message !== null && el("p", { className: "says" }, message),
    tags.length > 0 &&
      el(
        "ul",
        { className: "chips", ariaLabel: "Tags" },
        ...tags.map((tag) => el("li", { className: "chip" }, String(tag))),
      ),
    el(
      "dl",
      { className: "facts" },
      ...fact("link", link === null ? "–" : anchor(link)),
      ...fact("created", shownValue("createdAt", user.createdAt)),
      ...fact("updated", shownValue("updatedAt", user.updatedAt)),
      ...(user.authToken ? fact("authToken", shownValue("authToken", user.authToken)) : []),
    ),
  );
}

const fact = (name: string, value: Node | string) => [el("dt", {}, name), el("dd", {}, value)];

/** A link if it can do nothing but open a page, else text. */
function anchor(link: string): Node {
  if (!isSafe(link, /^https?:$/)) return document.createTextNode(link);
  return el("a", { href: link, rel: "noopener noreferrer", target: "_blank" }, link);
}

function isSafe(address: string, protocol: RegExp): boolean {
  return URL.canParse(address) && protocol.test(new URL(address).protocol);
}

/** The user's picture, or initials where there is none. */
function portrait(user: User): HTMLElement {
  const initials = el(
    "span",
    { className: "portrait", ariaHidden: "true" },
    initialsOf(user.getName()),
  );
  const avatar = user.getAvatar() ?? "";
  if (!isSafe(avatar, /^https?:$/) && !/^data:image\//i.test(avatar)) return initials;
  const image = el("img", { className: "portrait", alt: "", referrerPolicy: "no-referrer" });
  image.width = image.height = 56;
  image.addEventListener("load", () => initials.replaceWith(image));
  image.src = avatar;
  return initials;
}

export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}

// --- What changed -----------------------------------------------------------------------------

function difference(user: User, before: Record<string, unknown> | undefined): HTMLElement {
  const heading = el("h3", {}, "What changed");
  if (!before) {
    const why = "The user before the update is not known: with the REST API key it would be.";
    return el("section", { className: "changed" }, heading, el("p", { className: "soft" }, why));
  }
  const after: Record<string, unknown> = { ...user };
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const rows = names
    .filter((name) => !SESSION_FIELDS.includes(name))
    .filter((name) => text(before[name]) !== text(after[name]))
    .map((name) => {
      const field = el("code", {}, name);
      return tableRow("td", field, side("del", name, before[name]), side("ins", name, after[name]));
    });
  if (rows.length === 0) {
    const what = el("p", { className: "soft" }, "No field has another value than before.");
    return el("section", { className: "changed" }, heading, what);
  }
  const head = el("thead", {}, tableRow("th", "Field", "Before", "After"));
  const table = el("table", { className: "diff" }, head, el("tbody", {}, ...rows));
  return el("section", { className: "changed" }, heading, table);
}

function side(tag: "del" | "ins", name: string, value: unknown): Node {
  if (text(value) === "") return el("span", { className: "soft" }, "–");
  return el(tag, { className: typeof value === "object" ? "object" : "" }, shownValue(name, value));
}

/** Of the session, not of the user. */
const SESSION_FIELDS = ["authToken", "wsChannel", "jwt", "fat", "settings", "identity"];

/** For comparison: unset and empty are the same, since lists leave such fields out. */
function text(value: unknown): string {
  const isEmpty = !value || (typeof value === "object" && Object.keys(value).length === 0);
  return isEmpty ? "" : JSON.stringify(value);
}

// --- Error ------------------------------------------------------------------------------------

function errorView(error: unknown): HTMLElement {
  if (!(error instanceof CometChatException)) {
    return el("div", { className: "failure" }, el("p", {}, String(error)));
  }
  const faults = Object.entries(error.fieldErrors ?? {}).flatMap(([field, messages]) =>
    messages.map((message) =>
      el("li", {}, el("code", {}, field), ` ${message.replace(`${field} `, "")}`),
    ),
  );
  const wait = error.retryAfterMs === undefined ? "" : `, after ${duration(error.retryAfterMs)}`;
  const rows: [string, Node | string][] = [
    // `details` repeats the sentences of `fieldErrors`, which are shown already.
    ...(faults.length > 0 ? [] : [["details", error.details || "–"] as [string, string]]),
    ["status", error.status?.toString() ?? "none: no reply of the server"],
    [
      "attempts",
      error.attempts === 0 ? "0: refused before anything was sent" : String(error.attempts),
    ],
    ["retryable", `${error.retryable}${wait}`],
  ];
  if (faults.length > 0) rows.unshift(["fieldErrors", el("ul", {}, ...faults)]);
  if (error.maybeCreated) rows.push(["maybeCreated", "true: the user may exist all the same"]);
  return el(
    "div",
    { className: "failure" },
    el("p", { className: "code" }, error.code),
    el("p", { className: "message" }, error.message),
    el("p", { className: "advice" }, el("strong", {}, "What to do "), advice(error)),
    el("dl", { className: "facts" }, ...rows.flatMap(([name, value]) => fact(name, value))),
  );
}
