// The page: connects, offers each call as a form, makes the calls one at a time, and keeps their
// outcomes in a log.

import { type Client, CometChatException, load, type User } from "cometchat-users";
import { CALLS, type Call, newUid, SIGN_OUT, type Values } from "./calls.js";
import { faultsOf } from "./check.js";
import {
  BLANK,
  type Connection,
  connect,
  type Exchange,
  find,
  recordExchanges,
} from "./connection.js";
import { connectionCard } from "./connection-card.js";
import { byId, copyButton, el, say } from "./dom.js";
import { switchboard } from "./faults.js";
import { type CallForm, callForm, fieldsOf } from "./form.js";
import { highlighted } from "./highlight.js";
import { record } from "./log.js";
import { type Outcome, summary, view } from "./outcome.js";
import { peek } from "./rest.js";
import { type Language, source } from "./source.js";
import { followPlace, tabs } from "./tabs.js";
import { theme } from "./theme.js";
import { usersTable } from "./users.js";
import { codeOf, duration } from "./words.js";

// The module loads along with config.json; if that fails, the first call reports it.
load().catch(() => {});
const finding = find();

let connection: Connection = BLANK;
let client: Client | undefined;
let running: AbortController | undefined;
let session: User | null = null;

// --- Panels -----------------------------------------------------------------------------------

const forms = CALLS.map((call) =>
  callForm(call, {
    submit: (form) => run(form.call, form),
    abort: () => running?.abort(),
    changed: showCode,
  }),
);
const formOf = (name: string) => forms.find((form) => form.call.name === name);

/** The last outcome of each panel: another panel must not look as if it had failed, or hold another's user. */
const outcomes = new Map<string, Outcome>();

const panels = tabs(forms, (form) => {
  showCode(form);
  if (!running) showOutcome(outcomes.get(form.call.panel));
});

// --- Code -------------------------------------------------------------------------------------

/** The form whose code is shown. */
let active = forms[0] as CallForm;
const language = byId<HTMLSelectElement>("language");
/** What the code is of: the form, or a call of the log. */
let shown: Pick<Outcome, "call" | "values" | "limits">;
const codeText = () =>
  source(language.value as Language, shown.call, shown.values, shown.limits, connection);

function showCode(form: CallForm): void {
  active = form;
  showCodeOf({ call: form.call, values: form.read(), limits: faultBoard.limits() });
}

function showCodeOf(call: typeof shown): void {
  shown = call;
  byId("code").replaceChildren(...highlighted(codeText()));
}

byId("copy").append(copyButton("Copy", codeText, "Copy this call as code"));
language.addEventListener("change", () => showCodeOf(shown));

// --- Calls ------------------------------------------------------------------------------------

const progress = byId("progress");
const status = byId("status");
let ticking: number | undefined;

async function run(call: Call, form?: CallForm): Promise<void> {
  if (running) return;
  if (!client) {
    say(status, "Not connected: choose what to connect to first.");
    card.ask();
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
  for (const exchange of outcome.exchanges) {
    exchange.milliseconds ||= outcome.milliseconds - exchange.startedAt;
  }
  clearInterval(ticking);
  running = undefined;
  setBusy();
  card.noteReply(outcome.exchanges);

  outcomes.set(call.panel, outcome);
  showOutcome(outcome);
  record(outcome, () => {
    showOutcome(outcome);
    showCodeOf(outcome);
    status.scrollIntoView({ block: "nearest" });
  });
  await showSession();
  follow(outcome, form);
  usersList.refresh();
  faultBoard.refresh();
}

/** Attempts as the package counts them; for a success it does not report them, so requests are counted. */
function attemptsOf({ error, exchanges }: Outcome): number {
  if (error instanceof CometChatException) return error.attempts;
  const kinds = new Set(exchanges.map(({ method, url }) => `${method} ${url}`));
  return exchanges.length === 0 ? 0 : exchanges.length - kinds.size + 1;
}

/** The user before an update, to compare with. */
async function stateBefore(call: Call, values: Values) {
  if (call.name === "updateCurrentUserDetails") return session ? fieldsOf(session) : undefined;
  return peek(connection, String(values.uid ?? ""));
}

function tick(startedAt: number, exchanges: Exchange[]): void {
  const time = duration(performance.now() - startedAt);
  const kinds = new Set(exchanges.map(({ method, url }) => `${method} ${url}`));
  const attempt = Math.max(1, exchanges.length - kinds.size + 1);
  const last = exchanges.at(-1);
  // A successful reply may still be arriving.
  const isWaiting = last !== undefined && last.milliseconds > 0 && !(Number(last.status) < 400);
  const what = isWaiting ? "waiting to try again" : `attempt ${attempt}`;
  byId("progress-text").textContent = `${what} · ${time}`;
}

/** After an outcome: fills the forms with the user, and moves the focus to the first wrong field. */
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

/** One call runs at a time. The other buttons are only marked as disabled, so that none loses the focus. */
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

function showOutcome(outcome: Outcome | undefined): void {
  status.className = outcome ? (outcome.error === undefined ? "good" : "bad") : "";
  say(status, outcome ? summary(outcome) : "This call was not made yet.");
  byId("result").replaceChildren(...(outcome ? view(outcome) : []));
}

// --- Session ----------------------------------------------------------------------------------

async function showSession(): Promise<void> {
  const was = JSON.stringify(session);
  session = (await client?.getLoggedInUser().catch(() => null)) ?? null;
  byId("session").textContent = session ? `${session.getName()} (${session.getUid()})` : "nobody";
  byId("sign-out").hidden = session === null;
  // Keeps what was typed, unless the user is another one.
  if (JSON.stringify(session) !== was) {
    formOf("updateCurrentUserDetails")?.load(session ? fieldsOf(session) : undefined);
  }
  for (const panel of ["update-self", "fetch"]) {
    byId(`panel-${panel}`).querySelector(".needs-session")?.remove();
    if (session) continue;
    const hint = el("p", { className: "notice needs-session" }, "Nobody is signed in. ");
    const go = el("button", { type: "button", className: "link" }, "Sign in first");
    go.addEventListener("click", () => {
      panels.show("sign-in");
      panels.focus("sign-in");
    });
    hint.append(go, ": this call acts for the signed-in user.");
    byId(`panel-${panel}`).prepend(hint);
  }
  setBusy();
}

byId("sign-out").addEventListener("click", async () => {
  await run(SIGN_OUT);
  if (!session) panels.focus("sign-in");
});
// Another tab signed in or out.
addEventListener("storage", showSession);

// --- Connection -------------------------------------------------------------------------------

const card = connectionCard(
  () => connection,
  use,
  // What nobody answers ends here all the same.
  async () => client?.logout({ timeoutMs: 2_000, maxRetries: 0 }).catch(() => {}),
);

async function use(next: Connection): Promise<void> {
  connection = next;
  client = undefined;
  card.show(next);
  if (next.appId) {
    try {
      const made = connect(next);
      await made.getLoggedInUser();
      client = made;
      card.trouble("");
    } catch (error) {
      card.trouble(`${codeOf(error)}: ${(error as Error).message}`);
    }
  }
  await showSession();
  showCode(active);
  usersList.refresh(true);
  faultBoard.refresh();
}

// --- Start ------------------------------------------------------------------------------------

theme(byId<HTMLSelectElement>("theme"));
followPlace();
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
    if (["create", "update-self"].includes(panels.selected())) panels.show("update");
    else showCode(active);
    say(byId("users-news"), `The forms hold ${user.uid} now.`);
    byId("calls").scrollIntoView({ block: "start" });
    panels.focus(panels.selected(), { preventScroll: true });
  },
);
formOf("createUser")?.fill({ uid: newUid(), name: "Ada Lovelace" });
panels.show("create");
setBusy();

await use(await finding);
performance.mark("interactive");
card.watch();
