// The card that shows what the page is connected to and whether that answers, with the form to change it.

import {
  address,
  type Connection,
  complete,
  DEFAULT_EMULATOR,
  type Exchange,
  find,
  HERE,
  remember,
  whyDown,
} from "./connection.js";
import { byId, mask, say } from "./dom.js";
import { engineWarning, request } from "./engine.js";
import { IN_PAGE } from "./engine-messages.js";

type State = "wait" | "up" | "down" | "unknown" | "off";
const STATES: Record<State, [string, string]> = {
  wait: ["", "asking…"],
  up: ["good", "running"],
  down: ["bad", "no answer"],
  unknown: ["", "the next call will tell"],
  off: ["", "not connected"],
};

/** How often the card looks whether the emulator answers, in milliseconds. */
const INTERVAL = 4_000;

export interface ConnectionCard {
  show(connection: Connection): void;
  /** Says what is wrong with the connection; "" when nothing is. */
  trouble(text: string): void;
  /** Notes whether the service answered a call. */
  noteReply(exchanges: Exchange[]): void;
  /** Opens the form, with a word on why. */
  ask(why?: string): void;
  close(): void;
  /** Checks from now on, as long as the page is in view, whether the emulator answers. */
  watch(): void;
}

/**
 * @param current The connection in use.
 * @param use Connects to another one.
 * @param leave Ends the session.
 */
export function connectionCard(
  current: () => Connection,
  use: (next: Connection) => Promise<void>,
  leave: () => Promise<void>,
): ConnectionCard {
  const form = byId<HTMLFormElement>("connection");
  const settings = byId<HTMLDetailsElement>("settings");
  const news = byId("settings-trouble");

  function show(connection: Connection): void {
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
    // An emulator's own page may come without an engine.
    if (connection.emulatorUrl === location.origin) byId("choose-page").hidden = true;
    for (const [name, value] of Object.entries(shown(connection))) {
      const control = form.elements.namedItem(name);
      if (control instanceof HTMLInputElement && control.type === "checkbox") {
        control.checked = value === true;
      } else if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) {
        control.value = String(value);
      }
    }
  }

  function setState(state: State): void {
    const [look, words] = STATES[state];
    byId("dot").className = `dot ${look}`;
    say(byId("health"), words);
  }

  function trouble(text: string): void {
    const element = byId("trouble");
    element.hidden = text === "";
    say(element, text);
  }

  async function lookForEmulator(): Promise<void> {
    const { target, emulatorUrl, appId } = current();
    if (document.hidden || target !== "emulator" || !appId) return;
    const why = await whyDown(emulatorUrl);
    // The connection may have changed meanwhile.
    if (current().emulatorUrl !== emulatorUrl || current().target !== "emulator") return;
    setState(why ? "down" : "up");
    trouble(why || (emulatorUrl === IN_PAGE ? engineWarning() : ""));
  }

  async function watch(): Promise<void> {
    await lookForEmulator();
    setTimeout(watch, INTERVAL);
  }
  document.addEventListener("visibilitychange", lookForEmulator);

  function close(): void {
    settings.open = false;
  }

  function focusSettings(): void {
    settings.querySelector("summary")?.focus();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.ariaBusy = "true";
    say(news, "");
    try {
      const next = await complete(entered(form));
      if (!next.appId) throw new Error("The app's id is missing.");
      await use(next);
      remember(next);
      close();
      focusSettings();
      await lookForEmulator();
    } catch (error) {
      const why = error instanceof TypeError ? "nobody answers there" : (error as Error).message;
      say(news, `Not connected: ${why}`);
    } finally {
      form.ariaBusy = "false";
    }
  });
  form.addEventListener("change", () => {
    // Keys belong to their app: another target has others.
    const target = new FormData(form).get("target");
    const connection = current();
    if (target === shown(connection).target) return;
    for (const name of ["appId", "authKey", "restApiKey"] as const) {
      const control = form.elements.namedItem(name) as HTMLInputElement;
      if (control.value === connection[name]) control.value = "";
    }
  });
  byId("forget").addEventListener("click", async () => {
    remember({ ...current(), isRemembered: false });
    await leave();
    if (current().emulatorUrl === IN_PAGE) {
      await request(`${IN_PAGE}/__emulator/reset`, { method: "POST" });
    }
    await use(await find());
    say(news, "Forgotten: nothing of it is kept in this browser.");
  });

  return {
    show,
    trouble,
    noteReply(exchanges) {
      if (current().target !== "service" || exchanges.length === 0) return;
      setState(exchanges.some(({ status }) => status !== undefined) ? "up" : "down");
    },
    ask(why) {
      settings.open = true;
      if (why) say(news, why);
      else focusSettings();
    },
    close,
    watch,
  };
}

/** A connection as the form shows it: the emulator in this page is a target of its own, without an address. */
function shown(connection: Connection) {
  if (connection.emulatorUrl !== IN_PAGE) return connection;
  return { ...connection, target: "page", emulatorUrl: DEFAULT_EMULATOR };
}

/** What the form holds. */
function entered(form: HTMLFormElement): Connection {
  const given = Object.fromEntries(new FormData(form)) as Record<string, string>;
  const isRemembered = given.isRemembered === "on";
  if (given.target === "page") return { ...HERE, isRemembered };
  const text = (name: string) => (given[name] ?? "").trim();
  const url = text("emulatorUrl").replace(/\/+$/, "");
  return {
    target: given.target === "service" ? "service" : "emulator",
    emulatorUrl: url.includes("://") ? url : `http://${url}`,
    region: text("region"),
    appId: text("appId"),
    authKey: text("authKey"),
    restApiKey: text("restApiKey"),
    isRemembered,
  };
}
