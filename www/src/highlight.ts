// Code and JSON in colours, as text nodes.

import { copyButton, el } from "./dom.js";

/** Splits code into plain text, strings, keywords and comments, in turns. */
const TOKEN =
  /("(?:[^"\\]|\\.)*")|\b(import|from|const|await|try|catch|if|throw|instanceof|type|true|false|null)\b|(\/\/.*)/;
const KINDS = ["", "string", "keyword", "comment"];

export const highlighted = (code: string): Node[] =>
  code
    .split(TOKEN)
    .map((text, index) => el("span", { className: KINDS[index % 4] ?? "" }, text))
    .filter((piece) => piece.textContent !== "");

/** A text under its title, with a button that copies it. */
export function figure(title: string, text: string, name = title): HTMLElement {
  return el(
    "figure",
    { className: "raw" },
    el(
      "figcaption",
      {},
      title,
      copyButton("Copy", () => text, `Copy: ${name}`),
    ),
    el("pre", { tabIndex: 0, role: "group", ariaLabel: name }, ...highlighted(text)),
  );
}
