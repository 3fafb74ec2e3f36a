// The log of calls: when, how long, how many attempts, and the outcome.

import { byId, el } from "./dom.js";
import type { Outcome } from "./outcome.js";
import { codeOf, duration } from "./words.js";

const LENGTH = 50;

/**
 * Adds a call in front of the others.
 *
 * @param show Shows the call's outcome and code again.
 */
export function record(outcome: Outcome, show: () => void): void {
  const { call, user, error } = outcome;
  const isGood = error === undefined;
  const again = el("button", { type: "button", className: "link" }, `${call.name}()`);
  again.ariaLabel = `Show ${call.name}() of ${outcome.at.toLocaleTimeString()} again`;
  const row = el(
    "tr",
    {},
    el("td", { className: "soft wide-only" }, el("time", {}, outcome.at.toLocaleTimeString())),
    el("td", {}, again),
    el(
      "td",
      { className: isGood ? "good outcome" : "bad outcome" },
      isGood ? (user?.getUid() ?? "done") : codeOf(error),
    ),
    el("td", { className: "number wide-only" }, duration(outcome.milliseconds)),
    el("td", { className: "number wide-only" }, String(outcome.attempts)),
  );
  again.addEventListener("click", () => {
    show();
    select(row);
  });
  const body = byId("log");
  body.prepend(row);
  while (body.children.length > LENGTH) body.lastElementChild?.remove();
  byId("log-empty").hidden = true;
  byId("log-table").hidden = false;
  select(row);
}

function select(row: HTMLElement): void {
  for (const other of byId("log").children) {
    if (other === row) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
}
