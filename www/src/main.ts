// The page: connects, offers each call as a form, makes the calls one at a time, and keeps their
// outcomes in a list.

import { getLoggedInUser, load } from "cometchat-users";
import { CALLS, type Call, newUid, SIGN_OUT, source, type Values } from "./calls.js";
import {
  type Connection,
  connect,
  exchanges,
  readConnection,
  reconnect,
  watchHealth,
} from "./connection.js";
import { byId, el, mask } from "./dom.js";
import { type CallForm, callForm } from "./form.js";
import { codeOf, duration, type Outcome, summary, view } from "./outcome.js";

const LOG_LENGTH = 50;

// The module comes while config.json does; `connect` is the one to tell of a failure.
load().catch(() => {});
const connection = await readConnection();

let running: AbortController | undefined;
/** The code that the Copy button gives, with the key where that is no secret. */
let copyable = "";

const forms = CALLS.map((call) =>
  callForm(call, { abort: () => running?.abort(), changed: activate }),
);
for (const form of forms) {
  form.element.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form.call, form);
  });
}

// --- Panels -----------------------------------------------------------------------------------

const TITLES: Record<string, string> = {
  create: "Create",
  update: "Update",
  "sign-in": "Sign in",
  "update-self": "Update yourself",
  fetch: "Fetch",
};

const links = Object.entries(TITLES).map(([id, title]) => el("a", { href: `#${id}` }, title));
byId("panels").append(...links);
byId("forms").append(...forms.map((form) => form.element));

/** Shows the calls that the address names. */
function showPanel(): void {
  const id = location.hash.slice(1) in TITLES ? location.hash.slice(1) : "create";
  for (const link of links) {
    if (link.hash === `#${id}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const form of forms) form.element.hidden = form.call.id !== id;
  const first = forms.find((form) => form.call.id === id);
  if (first) activate(first);
}

// --- Code -------------------------------------------------------------------------------------

/** Splits code into plain text, strings, keywords and comments, in turns. */
const TOKEN = /("(?:[^"\\]|\\.)*")|\b(import|from|const|await)\b|(\/\/.*)/;

function activate(form: CallForm): void {
  showCode(form.call, form.read());
}

function showCode(call: Call, values: Values): void {
  const kinds = ["", "string", "keyword", "comment"];
  const parts = source(call, values, connection)
    .split(TOKEN)
    .map((part, index) => part && el("span", { className: kinds[index % 4] }, part));
  byId("code").replaceChildren(...parts.filter((part) => part !== undefined));
  // The emulator's key opens nothing but the emulator; any other has no place on a clipboard.
  const plain = connection.target === "emulator" ? connection.authKey : "YOUR_AUTH_KEY";
  copyable = source(call, values, connection, (secret) =>
    secret === connection.authKey ? plain : mask(secret),
  );
}

byId("copy").addEventListener("click", async (event) => {
  const button = event.currentTarget as HTMLButtonElement;
  const isCopied = await navigator.clipboard.writeText(copyable).then(
    () => true,
    () => false,
  );
  button.textContent = isCopied ? "Copied" : "Not allowed";
  setTimeout(() => {
    button.textContent = "Copy";
  }, 1500);
});

// --- Calls ------------------------------------------------------------------------------------

async function run(call: Call, form?: CallForm): Promise<void> {
  if (running) return;
  running = new AbortController();
  const { signal } = running;
  const values: Values = form?.read() ?? { text: {}, cleared: [] };
  const focused = document.activeElement as HTMLElement | null;
  setBusy(true);
  form?.mark();
  byId("status").className = "";
  byId("status").textContent = `${call.name}() is running…`;
  exchanges.length = 0;
  showCode(call, values);

  const outcome: Outcome = {
    call,
    values,
    at: new Date(),
    milliseconds: 0,
    exchanges: [],
  };
  const startedAt = performance.now();
  try {
    const args = [...call.args(values, connection.authKey), { ...call.options?.(values), signal }];
    outcome.user = await call.run(...(args as never[]));
  } catch (error) {
    outcome.error = error;
  }
  outcome.milliseconds = performance.now() - startedAt;
  outcome.exchanges = [...exchanges];

  running = undefined;
  setBusy(false);
  record(outcome);
  await showSession();
  suggest(outcome);
  const fault = form?.mark(outcome.error as Parameters<CallForm["mark"]>[0]);
  if (fault) fault.focus();
  else {
    // A button loses the focus when it is disabled.
    if (document.activeElement === document.body) focused?.focus({ preventScroll: true });
    byId("status").scrollIntoView({ block: "nearest" });
  }
}

/** The next call is likely to be about the same user. */
function suggest({ user }: Outcome): void {
  if (!user) return;
  const text = { uid: user.getUid(), ...(user.authToken && { authToken: user.authToken }) };
  for (const form of forms) if (form.call.id !== "create") form.fill(text);
}

function setBusy(isBusy: boolean): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>(".call, #sign-out")) {
    button.disabled = isBusy;
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>(".abort")) {
    button.disabled = !running;
  }
  byId("result").ariaBusy = String(isBusy);
}

function record(outcome: Outcome): void {
  const { call, user, error } = outcome;
  const entry = el(
    "button",
    { type: "button" },
    el("span", {}, `${call.name}()`),
    el("span", { className: "soft" }, duration(outcome.milliseconds)),
    error === undefined
      ? el("span", { className: "good" }, user?.getUid() ?? "done")
      : el("span", { className: "bad" }, codeOf(error)),
    el("time", { className: "soft" }, outcome.at.toLocaleTimeString()),
  );
  entry.addEventListener("click", () => {
    showOutcome(outcome, entry);
    showCode(call, outcome.values);
  });
  const log = byId("log");
  log.prepend(el("li", {}, entry));
  while (log.children.length > LOG_LENGTH) log.lastElementChild?.remove();
  byId("log-empty").hidden = true;
  showOutcome(outcome, entry);
}

function showOutcome(outcome: Outcome, entry: HTMLElement): void {
  for (const other of byId("log").querySelectorAll("button"))
    other.ariaCurrent = String(other === entry);
  const status = byId("status");
  status.className = outcome.error === undefined ? "good" : "bad";
  status.textContent = summary(outcome);
  byId("result").replaceChildren(...view(outcome));
}

// --- Connection -------------------------------------------------------------------------------

async function showSession(): Promise<void> {
  const user = await getLoggedInUser().catch(() => null);
  byId("session").textContent = user ? `${user.getName()} (${user.getUid()})` : "nobody";
  byId("sign-out").hidden = user === null;
}

byId("sign-out").addEventListener("click", () => run(SIGN_OUT));
// Another tab's sign-in or sign-out.
addEventListener("storage", showSession);

function showConnection(): void {
  const { target, emulatorUrl, region, appId, authKey } = connection;
  const isLocal = target === "emulator";
  byId("server").textContent = isLocal ? emulatorUrl : `CometChat, region ${region}`;
  byId("health").textContent = isLocal ? "asking…" : "the real service";
  byId("app-id").textContent = appId || "none yet";
  byId("auth-key").textContent = authKey ? mask(authKey) : "none yet";
  byId("warning").hidden = isLocal;
  byId<HTMLDetailsElement>("settings").open = !appId || !authKey;

  const form = byId<HTMLFormElement>("connection");
  for (const [name, value] of Object.entries(connection)) {
    const control = form.elements.namedItem(name) as HTMLInputElement | RadioNodeList | null;
    if (control) control.value = value;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form)) as unknown as Connection;
    const url = given.emulatorUrl.trim().replace(/\/+$/, "");
    reconnect({ ...given, emulatorUrl: url.includes("://") ? url : `http://${url}` });
  });
  byId("forget").addEventListener("click", () => reconnect());
}

function showHealth(isUp: boolean): void {
  byId("dot").className = isUp ? "dot good" : "dot bad";
  const text = isUp ? "emulator, running" : "no answer";
  if (byId("health").textContent !== text) byId("health").textContent = text;
  showTrouble(
    isUp
      ? ""
      : `The emulator does not answer at ${connection.emulatorUrl}. Run “npm start” in the project's folder, ` +
          "or give its address under Connection settings. This page notices by itself when it is there.",
  );
}

function showTrouble(text: string): void {
  const trouble = byId("trouble");
  trouble.hidden = text === "";
  if (trouble.textContent !== text) trouble.textContent = text;
}

// --- Start ------------------------------------------------------------------------------------

setBusy(true);
showConnection();
for (const form of forms)
  if (form.call.id === "create") form.fill({ uid: newUid(), name: "Ada Lovelace" });
addEventListener("hashchange", showPanel);
showPanel();
const isLocal = connection.target === "emulator";
try {
  if (connection.appId) await connect(connection);
  if (isLocal) watchHealth(connection.emulatorUrl, showHealth);
} catch (error) {
  showTrouble(`${codeOf(error)}: ${(error as Error).message}`);
}
await showSession();
setBusy(false);
