// The tabs over the calls: one panel for each, with the forms of its calls. And the page's own navigation.

import { byId, el } from "./dom.js";
import type { CallForm } from "./form.js";

const TITLES: Record<string, string> = {
  create: "Create",
  update: "Update",
  "update-self": "Update yourself",
  "sign-in": "Sign in",
  fetch: "Fetch",
};

export interface Tabs {
  /** Shows a panel. */
  show(id: string): void;
  /** The panel that is shown. */
  selected(): string;
  /** Gives the focus to a panel's tab. */
  focus(id: string, options?: FocusOptions): void;
}

/** @param shown A panel is shown; this is its first form. */
export function tabs(forms: CallForm[], shown: (form: CallForm) => void): Tabs {
  let selected = "";
  const buttons = Object.entries(TITLES).map(([id, title]) => {
    const button = el("button", { type: "button", role: "tab", id: `tab-${id}` }, title);
    button.setAttribute("aria-controls", `panel-${id}`);
    button.addEventListener("click", () => show(id));
    return button;
  });
  const panels = Object.keys(TITLES).map((id) => {
    const own = forms.filter((form) => form.call.panel === id);
    const panel = el(
      "div",
      { role: "tabpanel", id: `panel-${id}` },
      ...own.map((form) => form.element),
    );
    panel.setAttribute("aria-labelledby", `tab-${id}`);
    return panel;
  });
  byId("tabs").append(...buttons);
  byId("panels").append(...panels);
  byId("tabs").addEventListener("keydown", (event) => {
    const moves: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    let to = at + (moves[event.key] ?? 0);
    if (event.key === "Home") to = 0;
    if (event.key === "End") to = buttons.length - 1;
    const button = buttons[(to + buttons.length) % buttons.length];
    if (!button || to === at) return;
    event.preventDefault();
    button.focus();
    button.click();
  });

  function show(id: string): void {
    selected = id;
    for (const button of buttons) {
      const isOn = button.id === `tab-${id}`;
      button.ariaSelected = String(isOn);
      button.tabIndex = isOn ? 0 : -1;
    }
    for (const panel of panels) panel.hidden = panel.id !== `panel-${id}`;
    const first = forms.find((form) => form.call.panel === id);
    if (first) shown(first);
  }

  return {
    show,
    selected: () => selected,
    focus: (id, options) => byId(`tab-${id}`).focus(options),
  };
}

/** Marks the link to the part of the page that is at the top of the window. */
export function followPlace(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>(".top nav a")];
  const parts = links.map((link) => byId(link.hash.slice(1)));
  const look = () => {
    const isAtEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const above = parts.filter((part) => part.getBoundingClientRect().top < innerHeight / 3).length;
    const at = isAtEnd && scrollY > 0 ? parts.length - 1 : Math.max(0, above - 1);
    for (const [index, link] of links.entries()) {
      if (index === at) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  addEventListener("scroll", look, { passive: true });
  look();
}
