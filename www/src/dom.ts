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

/** The element of the page with this id. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element #${id}.`);
  return element as E;
}

/** A secret's first and last characters, enough to recognize it by. */
export function mask(secret: string): string {
  if (secret === "") return "";
  return secret.length < 12 ? "••••" : `${secret.slice(0, 4)}…${secret.slice(-4)}`;
}
