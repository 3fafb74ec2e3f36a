// Small helpers for building the page. Text only ever becomes text nodes, never markup.

type Child = Node | string | false | null | undefined;

/** An element with properties (or, where there is no such property, attributes) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Record<string, unknown> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) (element as unknown as Record<string, unknown>)[name] = value;
    else if (value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

/** A row of cells, each a text or an element. */
export const tableRow = (cell: "th" | "td", ...cells: Child[]): HTMLTableRowElement =>
  el("tr", {}, ...cells.map((child) => el(cell, {}, child)));

/** The element of the page with this id. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element #${id}.`);
  return element as E;
}

/** Sets an element's text; a live region speaks only when the text changes. */
export function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A secret's first and last characters, enough to recognize it. */
export function mask(secret: string): string {
  if (secret === "") return "";
  return secret.length < 12 ? "••••" : `${secret.slice(0, 4)}…${secret.slice(-4)}`;
}

/** Calls `work` after a pause without further requests for it. */
export function debounced(work: () => void, milliseconds: number): () => void {
  let timer: number | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}

/** A button that puts text on the clipboard and says so. */
export function copyButton(label: string, text: () => string, name = label): HTMLButtonElement {
  const button = el("button", { type: "button", className: "small", ariaLabel: name }, label);
  button.addEventListener("click", async () => {
    const isCopied = await navigator.clipboard.writeText(text()).then(
      () => true,
      () => false,
    );
    button.textContent = isCopied ? "Copied" : "Not allowed";
    button.ariaLabel = isCopied ? `Copied: ${name}` : `Not allowed: ${name}`;
    setTimeout(() => {
      button.textContent = label;
      button.ariaLabel = name;
    }, 1500);
  });
  return button;
}
