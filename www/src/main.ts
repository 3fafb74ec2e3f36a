// The page: connects, offers each call as a form, makes the calls one at a time, and keeps their
// outcomes in a log.

import { type Client, CometChatException, load, type User } from "cometchat-users";
import { CALLS, type Call, newUid, SIGN_OUT, type Values } from "./calls.js";
import { faultsOf } from "./check.js";
import {
  address,
  BLANK,
  type Connection,
  complete,
  connect,
  type Exchange,
  find,
  isUp,
  recordExchanges,
  remember,
} from "./connection.js";
import { byId, copyButton, el, mask, say } from "./dom.js";
import { switchboard } from "./faults.js";
import { type CallForm, callForm, fieldsOf } from "./form.js";
import { record } from "./log.js";
import { type Outcome, summary, view } from "./outcome.js";
import { peek } from "./rest.js";
import { type Language, pieces, source } from "./source.js";
import { theme } from "./theme.js";
import { usersTable } from "./users.js";
import { codeOf, duration } from "./words.js";

// The module comes while config.json does; the first call is the one to tell of a failure.
load().catch(() => {});
const finding = find();

let connection: Connection = BLANK;
let client: Client | undefined;
let running: AbortController | undefined;
let session: User | null = null;

// --- Panels -----------------------------------------------------------------------------------

const TITLES: Record<string, string> = {
  create: "Create",
  update: "Update",
  "update-self": "Update yourself",
  "sign-in": "Sign in",
  fetch: "Fetch",
};

const forms = CALLS.map((call) =>
  callForm(call, {
    submit: (form) => run(form.call, form),
    abort: () => running?.abort(),
    changed: showCode,
  }),
);
const formOf = (name: string) => forms.find((form) => form.call.name === name);

const tabs = Object.entries(TITLES).map(([id, title]) => {
  const tab = el("button", { type: "button", role: "tab", id: `tab-${id}` }, title);
  tab.setAttribute("aria-controls", `panel-${id}`);
  tab.addEventListener("click", () => showPanel(id));
  return tab;
});
byId("tabs").append(...tabs);
byId("tabs").addEventListener("keydown", (event) => {
  const moves: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };
  const at = tabs.indexOf(event.target as HTMLButtonElement);
  let to = at + (moves[event.key] ?? 0);
  if (event.key === "Home") to = 0;
  if (event.key === "End") to = tabs.length - 1;
  const tab = tabs[(to + tabs.length) % tabs.length];
  if (!tab || to === at) return;
  event.preventDefault();
  tab.focus();
  tab.click();
});
byId("panels").append(
  ...Object.keys(TITLES).map((id) => {
    const own = forms.filter((form) => form.call.panel === id);
    const panel = el(
      "div",
      { role: "tabpanel", id: `panel-${id}` },
      ...own.map((form) => form.element),
    );
    panel.setAttribute("aria-labelledby", `tab-${id}`);
    return panel;
  }),
);

/** The form whose code is shown. */
let active = forms[0] as CallForm;

function showPanel(id: string): void {
  for (const tab of tabs) {
    const isOn = tab.id === `tab-${id}`;
    tab.ariaSelected = String(isOn);
    tab.tabIndex = isOn ? 0 : -1;
  }
  for (const panel of byId("panels").children) {
    (panel as HTMLElement).hidden = panel.id !== `panel-${id}`;
  }
  const first = forms.find((form) => form.call.panel === id);
  if (first) showCode(first);
}

// --- Code -------------------------------------------------------------------------------------

let language: Language = "js";
const codeText = () =>
  source(language, active.call, active.read(), faultBoard.limits(), connection);

function showCode(form: CallForm): void {
  active = form;
  byId("code").replaceChildren(
    ...pieces(codeText()).map(({ kind, text }) => el("span", { className: kind }, text)),
  );
}

byId("copy").append(copyButton("Copy", codeText, "Copy this call as code"));
for (const input of document.querySelectorAll<HTMLInputElement>("input[name=language]")) {
  input.addEventListener("change", () => {
    language = input.value as Language;
    showCode(active);
  });
}

// --- Calls ------------------------------------------------------------------------------------

const progress = byId("progress");
const status = byId("status");
let ticking: number | undefined;

async function run(call: Call, form?: CallForm): Promise<void> {
  if (running) return;
  if (!client) {
    say(status, "Not connected: choose what to connect to first.");
    settings.open = true;
    settings.querySelector("summary")?.focus();
    return;
  }
  running = new AbortController();
  const { signal } = running;
  const values: Values = form?.read() ?? {};
  const limits = faultBoard.limits();
  setBusy(form);
  status.className = "";
  say(status, `${call.name}() is running…`);

  const before = call.updates ? await stateBefore(call, values) : undefined;
  const startedAt = performance.now();
  const outcome: Outcome = {
    call,
    values,
    limits,
    at: new Date(),
    milliseconds: 0,
    attempts: 0,
    exchanges: recordExchanges((exchanges) => tick(startedAt, exchanges)),
    ...(before && { before }),
  };
  ticking = setInterval(tick, 100, startedAt, outcome.exchanges);
  try {
    const options = { ...call.options?.(values), ...limits, signal };
    outcome.user = await call.run(client, [...call.args(values, connection.authKey), options]);
  } catch (error) {
    outcome.error = error;
  }
  outcome.milliseconds = performance.now() - startedAt;
  outcome.attempts = attemptsOf(outcome);
  outcome.exchanges = outcome.exchanges.map((exchange) => ({
    ...exchange,
    milliseconds: exchange.milliseconds || outcome.milliseconds - exchange.startedAt,
  }));
  clearInterval(ticking);
  running = undefined;
  setBusy();
  noteReply(outcome);

  showOutcome(outcome);
  record(outcome, connection, () => showOutcome(outcome));
  await showSession();
  follow(outcome, form);
  usersList.refresh();
  faultBoard.refresh();
}

/** Attempts as the package counts them; of a success it tells none, but each was a request. */
function attemptsOf({ error, exchanges }: Outcome): number {
  if (error instanceof CometChatException) return error.attempts;
  const kinds = new Set(exchanges.map(({ method, url }) => `${method} ${url}`));
  return exchanges.length === 0 ? 0 : exchanges.length - kinds.size + 1;
}

/** The user before an update, without which no change could be shown. */
async function stateBefore(call: Call, values: Values) {
  if (call.name === "updateCurrentUserDetails") return session ? fieldsOf(session) : undefined;
  return peek(connection, String(values.uid ?? ""));
}

function tick(startedAt: number, exchanges: Exchange[]): void {
  const time = duration(performance.now() - startedAt);
  const kinds = new Set(exchanges.map(({ method, url }) => `${method} ${url}`));
  const attempt = Math.max(1, exchanges.length - kinds.size + 1);
  const last = exchanges.at(-1);
  // A reply that succeeded may still be on its way.
  const isWaiting = last !== undefined && last.milliseconds > 0 && !(Number(last.status) < 400);
  const what = isWaiting ? "waiting to try again" : `attempt ${attempt}`;
  byId("progress-text").textContent = `${what} · ${time}`;
}

/** What comes after an outcome: the forms follow the user, and the focus goes where help is needed. */
function follow({ user, error }: Outcome, form?: CallForm): void {
  if (user) {
    const fields = fieldsOf(user);
    formOf("updateUser")?.load(fields);
    for (const other of forms) {
      if (other.call.name === "login" || other.call.name === "getUser") {
        other.fill({ uid: user.getUid(), ...(user.authToken && { authToken: user.authToken }) });
      }
    }
  }
  const fault = form?.mark(faultsOf(error));
  if (fault) fault.focus();
  else status.scrollIntoView({ block: "nearest" });
  showCode(active);
}

/** While a call runs, no other begins: the buttons say so, and stay where the focus may be. */
function setBusy(form?: CallForm): void {
  const isBusy = running !== undefined;
  for (const other of forms) {
    other.button.setAttribute("aria-disabled", String(isBusy || !client));
    other.abort.disabled = !isBusy;
    other.abort.hidden = isBusy && form !== undefined && other !== form;
  }
  byId<HTMLButtonElement>("cancel").hidden = !isBusy;
  byId("sign-out").setAttribute("aria-disabled", String(isBusy));
  progress.hidden = !isBusy;
  if (isBusy) byId("progress-text").textContent = "";
  byId("outcome").ariaBusy = String(isBusy);
}

byId("cancel").addEventListener("click", () => {
  running?.abort();
  status.focus();
});

function showOutcome(outcome: Outcome): void {
  status.className = outcome.error === undefined ? "good" : "bad";
  say(status, summary(outcome));
  byId("result").replaceChildren(...view(outcome));
}

// --- Session ----------------------------------------------------------------------------------

async function showSession(): Promise<void> {
  const was = JSON.stringify(session);
  session = (await client?.getLoggedInUser().catch(() => null)) ?? null;
  byId("session").textContent = session ? `${session.getName()} (${session.getUid()})` : "nobody";
  byId("sign-out").hidden = session === null;
  // What is typed there stays, unless it is about another user than before.
  if (JSON.stringify(session) !== was) {
    formOf("updateCurrentUserDetails")?.load(session ? fieldsOf(session) : undefined);
  }
  for (const panel of ["update-self", "fetch"]) {
    byId(`panel-${panel}`).querySelector(".needs-session")?.remove();
    if (session) continue;
    const hint = el("p", { className: "notice needs-session" }, "Nobody is signed in. ");
    const go = el("button", { type: "button", className: "link" }, "Sign in first");
    go.addEventListener("click", () => {
      showPanel("sign-in");
      byId("tab-sign-in").focus();
    });
    hint.append(go, ": this call acts for the signed-in user.");
    byId(`panel-${panel}`).prepend(hint);
  }
  setBusy();
}

byId("sign-out").addEventListener("click", async () => {
  await run(SIGN_OUT);
  if (!session) byId("tab-sign-in").focus();
});
// Another tab's sign-in or sign-out.
addEventListener("storage", showSession);

// --- Connection -------------------------------------------------------------------------------

const settingsForm = byId<HTMLFormElement>("connection");
const settings = byId<HTMLDetailsElement>("settings");

async function use(next: Connection): Promise<void> {
  connection = next;
  client = undefined;
  showConnection();
  if (next.appId) {
    try {
      const made = connect(next);
      await made.getLoggedInUser();
      client = made;
      showTrouble("");
    } catch (error) {
      showTrouble(`${codeOf(error)}: ${(error as Error).message}`);
    }
  }
  await showSession();
  showCode(active);
  usersList.refresh(true);
  faultBoard.refresh();
}

function showConnection(): void {
  const { target, appId, authKey, isRemembered } = connection;
  const isLocal = target === "emulator";
  byId("target").textContent = isLocal ? "Emulator" : "CometChat";
  byId("server").textContent = appId ? address(connection) : "not connected";
  byId("app-id").textContent = appId || "–";
  byId("auth-key").textContent = authKey ? mask(authKey) : "–";
  byId("warning").hidden = isLocal;
  byId("kept").hidden = !isRemembered;
  setState(appId ? (isLocal ? "wait" : "unknown") : "off");
  byId("faults-open").hidden = !isLocal;
  byId("faults-locked").hidden = isLocal;
  byId("users-title").textContent = isLocal ? "Users in the emulator" : "Users of the app";
  for (const [name, value] of Object.entries(connection)) {
    const control = settingsForm.elements.namedItem(name);
    if (control instanceof HTMLInputElement && control.type === "checkbox") {
      control.checked = value === true;
    } else if (control instanceof HTMLInputElement || control instanceof RadioNodeList) {
      control.value = String(value);
    }
  }
}

type State = "wait" | "up" | "down" | "unknown" | "off";
const STATES: Record<State, [string, string]> = {
  wait: ["", "asking…"],
  up: ["good", "running"],
  down: ["bad", "no answer"],
  unknown: ["", "the next call will tell"],
  off: ["", "not connected"],
};

function setState(state: State): void {
  const [look, words] = STATES[state];
  byId("dot").className = `dot ${look}`;
  say(byId("health"), words);
}

/** Of the service, only calls tell whether it answers. */
function noteReply({ exchanges }: Outcome): void {
  if (connection.target !== "service" || exchanges.length === 0) return;
  setState(exchanges.some(({ status }) => status !== undefined) ? "up" : "down");
}

const PAUSE = 4_000;

/** Looks whether the emulator answers. */
async function lookForEmulator(): Promise<void> {
  const { target, emulatorUrl, appId } = connection;
  if (document.hidden || target !== "emulator" || !appId) return;
  const up = await isUp(emulatorUrl);
  // There may be another connection by now.
  if (connection.emulatorUrl !== emulatorUrl || connection.target !== "emulator") return;
  setState(up ? "up" : "down");
  showTrouble(
    up
      ? ""
      : `The emulator does not answer at ${emulatorUrl}. Start it with “npm start” in the project's ` +
          "folder, or change the connection. This page notices by itself when it is there.",
  );
}

/** Follows, as long as the page is in view, whether the emulator answers. */
async function watchEmulator(): Promise<void> {
  await lookForEmulator();
  setTimeout(watchEmulator, PAUSE);
}
document.addEventListener("visibilitychange", lookForEmulator);

function showTrouble(text: string): void {
  const trouble = byId("trouble");
  trouble.hidden = text === "";
  say(trouble, text);
}

settingsForm.addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = Object.fromEntries(new FormData(settingsForm)) as Record<string, string>;
  const url = (given.emulatorUrl ?? "").trim().replace(/\/+$/, "");
  const wanted: Connection = {
    target: given.target === "service" ? "service" : "emulator",
    emulatorUrl: url.includes("://") ? url : `http://${url}`,
    region: (given.region ?? "").trim(),
    appId: (given.appId ?? "").trim(),
    authKey: (given.authKey ?? "").trim(),
    restApiKey: (given.restApiKey ?? "").trim(),
    isRemembered: given.isRemembered === "on",
  };
  const trouble = byId("settings-trouble");
  settingsForm.ariaBusy = "true";
  say(trouble, "");
  try {
    const next = await complete(wanted);
    if (!next.appId) throw new Error("The app's id is missing.");
    await use(next);
    remember(next);
    settings.open = false;
    settings.querySelector("summary")?.focus();
    await lookForEmulator();
  } catch (error) {
    const why = error instanceof TypeError ? "nobody answers there" : (error as Error).message;
    say(trouble, `Not connected: ${why}`);
  } finally {
    settingsForm.ariaBusy = "false";
  }
});
settingsForm.addEventListener("change", () => {
  // Keys belong to their app: another target has others.
  const target = new FormData(settingsForm).get("target");
  if (target === "service" && connection.target === "emulator") {
    for (const name of ["appId", "authKey", "restApiKey"] as const) {
      const control = settingsForm.elements.namedItem(name) as HTMLInputElement;
      if (control.value === connection[name]) control.value = "";
    }
  }
});
byId("forget").addEventListener("click", async () => {
  remember({ ...connection, isRemembered: false });
  connection = { ...connection, isRemembered: false };
  const found = await find();
  await use(found ?? BLANK);
  say(byId("settings-trouble"), "Forgotten: nothing of it is kept in this browser.");
});

// --- Start ------------------------------------------------------------------------------------

theme(byId<HTMLButtonElement>("theme"));
const faultBoard = switchboard(
  () => connection,
  () => showCode(active),
);
const usersList = usersTable(
  () => connection,
  (user) => {
    if (running) return;
    formOf("updateUser")?.load({ ...user });
    for (const form of forms) {
      if (form.call.name === "login" || form.call.name === "getUser") form.fill({ uid: user.uid });
    }
    const selected = tabs.find((tab) => tab.ariaSelected === "true")?.id;
    if (selected === "tab-create" || selected === "tab-update-self") showPanel("update");
    else showCode(active);
    say(byId("users-news"), `The forms hold ${user.uid} now.`);
    byId("calls").scrollIntoView({ block: "start" });
    tabs.find((tab) => tab.ariaSelected === "true")?.focus({ preventScroll: true });
  },
);
formOf("createUser")?.fill({ uid: newUid(), name: "Ada Lovelace" });
showPanel("create");
setBusy();

const found = await finding;
settings.open = !found;
if (!found) say(byId("settings-trouble"), "No emulator was found: choose what to connect to.");
await use(found ?? BLANK);
performance.mark("interactive");
watchEmulator();
