// Switches for the emulator's faults, with the limits of the client's calls beside them: shows what a retry, a
// time limit and a cancelled call look like.

import type { Limits } from "./calls.js";
import type { Connection } from "./connection.js";
import { byId, el, say } from "./dom.js";
import { addFaults, clearFaults, type Fault, type FaultRule, faults, removeFault } from "./rest.js";
import { counted } from "./words.js";

interface Switch {
  title: string;
  about: string;
  action: FaultRule["action"];
}

const SWITCHES: Switch[] = [
  { title: "Slow", about: "every answer waits 2 seconds", action: { type: "delay", ms: 2_000 } },
  {
    title: "429",
    about: "too many requests; try again after 1 second",
    action: { type: "rateLimit", retryAfter: 1 },
  },
  {
    title: "500",
    about: "the server fails, and says so",
    action: { type: "error", status: 500, code: "ERR_EXCEPTION" },
  },
  { title: "Dropped", about: "the connection closes without a word", action: { type: "drop" } },
  { title: "Garbage", about: "a reply that is not JSON", action: { type: "invalidJson" } },
  {
    title: "Stalled",
    about: "half a reply, then nothing: until the time limit",
    action: { type: "stall" },
  },
];

/** The choices, in order: name and value. */
type Choices<T> = [title: string, value: T][];

/** The calls that a fault may affect; never the requests of the table of users. */
const TARGETS: Choices<FaultRule["match"][]> = [
  ["every call that writes", [{ method: "POST" }, { method: "PUT" }]],
  ["createUser", [{ method: "POST", path: "/users" }]],
  ["updateUser", [{ method: "PUT", path: "/users/*" }]],
  ["updateCurrentUserDetails", [{ method: "PUT", path: "/me" }]],
  ["login", [{ method: "POST", path: "/users/*/auth_tokens" }]],
];

const TIMES: Choices<number | undefined> = [
  ["the first time", 1],
  ["the first two times", 2],
  ["always", undefined],
];

const TIME_LIMITS: Choices<number | undefined> = [
  ["30 s (default)", undefined],
  ["5 s", 5_000],
  ["1 s", 1_000],
];

const RETRIES: Choices<number | undefined> = [
  ["2 (default)", undefined],
  ["none", 0],
  ["5", 5],
];

const PAUSE = 2_000;

export interface Switchboard {
  /** The chosen limits of a call. */
  limits(): Limits;
  /** Reads from the emulator which faults are set. */
  refresh(): Promise<void>;
}

/** @param changed Called when other limits are chosen. */
export function switchboard(connection: () => Connection, changed: () => void): Switchboard {
  const status = byId("faults-status");
  const allOff = byId<HTMLButtonElement>("faults-off");
  let set: Fault[] = [];

  const target = select("Which calls", TARGETS);
  const times = select("How often", TIMES);
  const timeLimit = select("Time limit", TIME_LIMITS);
  const retries = select("Retries", RETRIES);
  byId("fault-settings").append(target.label, times.label);
  byId("fault-limits").append(timeLimit.label, retries.label);
  timeLimit.element.addEventListener("change", changed);
  retries.element.addEventListener("change", changed);

  const switches = SWITCHES.map(({ title, about, action }, index) => {
    const id = `fault-${index}`;
    const button = el("button", { type: "button", role: "switch", className: "switch", id });
    button.ariaChecked = "false";
    button.setAttribute("aria-labelledby", `${id}-title`);
    button.setAttribute("aria-describedby", `${id}-about`);
    const fired = el("span", { className: "fired" });
    button.addEventListener("click", () => turn(action, button.ariaChecked !== "true"));
    return {
      action,
      button,
      fired,
      row: el(
        "li",
        {},
        button,
        el(
          "label",
          { htmlFor: id },
          el("strong", { id: `${id}-title` }, title),
          el("span", { id: `${id}-about`, className: "soft" }, about),
        ),
        fired,
      ),
    };
  });
  byId("faults").append(...switches.map(({ row }) => row));
  allOff.addEventListener("click", () => {
    for (const { fired } of switches) say(fired, "");
    attempt(() => clearFaults(connection()));
  });

  async function turn(action: FaultRule["action"], isOn: boolean): Promise<void> {
    const words = switches.find((one) => one.action === action)?.fired;
    if (words) say(words, "");
    await attempt(async () => {
      if (!isOn) {
        const ids = set.filter((fault) => fault.action.type === action.type).map(({ id }) => id);
        for (const id of ids) await removeFault(connection(), id);
        return;
      }
      const count = times.value();
      const rules = (target.value() ?? []).map((match) => ({
        match,
        action,
        ...(count !== undefined && { times: count }),
      }));
      // After a delay the next rules apply, so that it has to come before them.
      const others = action.type === "delay" ? set : [];
      for (const { id } of others) await removeFault(connection(), id);
      await addFaults(connection(), [...rules, ...others.map(asRule)]);
    });
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      say(status, `The emulator did not take it: ${(error as Error).message}`);
      return;
    }
    await looking;
    await refresh();
  }

  let looking: Promise<void> | undefined;
  /** One at a time: two would both remove the rules that have fired. */
  function refresh(): Promise<void> {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function look(): Promise<void> {
    if (connection().target !== "emulator" || !connection().appId) return;
    try {
      set = await faults(connection());
    } catch {
      return;
    }
    for (const { action, button, fired } of switches) {
      const rules = set.filter((fault) => fault.action.type === action.type);
      const hits = rules.reduce((sum, rule) => sum + rule.fired, 0);
      // A fault with a number of times is over once it has fired that often.
      const isSpent = rules.some((rule) => rule.times !== undefined && rule.fired >= rule.times);
      if (isSpent) await Promise.all(rules.map(({ id }) => removeFault(connection(), id)));
      if (isSpent) set = set.filter((fault) => !rules.includes(fault));
      const isOn = rules.length > 0 && !isSpent;
      button.ariaChecked = String(isOn);
      const count = hits === 0 ? "" : `hit ${counted(hits, "time")}`;
      if (isOn) say(fired, count);
      else if (isSpent) say(fired, `${count}, off again`);
    }
    const types = new Set(set.map((fault) => fault.action.type));
    const badge = byId("faults-count");
    badge.hidden = types.size === 0;
    say(badge, `${types.size} set`);
    say(status, types.size === 0 ? "No fault is set." : `${counted(types.size, "fault")} set.`);
    allOff.disabled = set.length === 0;
  }

  (async function watch() {
    if (!document.hidden && set.length > 0) await refresh();
    setTimeout(watch, PAUSE);
  })();

  return {
    refresh,
    limits() {
      const [timeoutMs, maxRetries] = [timeLimit.value(), retries.value()];
      return {
        ...(timeoutMs !== undefined && { timeoutMs }),
        ...(maxRetries !== undefined && { maxRetries }),
      };
    },
  };
}

function asRule({ match, action, times }: Fault): FaultRule {
  return { match, action, ...(times !== undefined && { times }) };
}

function select<T>(name: string, choices: Choices<T>) {
  const options = choices.map(([title]) => el("option", {}, title));
  const element = el("select", {}, ...options);
  return {
    element,
    label: el("label", { className: "choice" }, el("span", {}, name), element),
    value: (): T | undefined => choices[element.selectedIndex]?.[1],
  };
}
