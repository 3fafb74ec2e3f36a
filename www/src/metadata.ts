// A text area for JSON: says while you type whether it is valid and where it is not, and formats it.

import { el } from "./dom.js";

export interface MetadataInput {
  element: HTMLElement;
  input: HTMLTextAreaElement;
  /** The id of the line that says whether it is valid. */
  noteId: string;
  /** The value; invalid JSON stays text, which the package refuses. */
  read(): unknown;
  write(value: unknown): void;
  /** Whether it is no JSON, which the line then says. */
  isBroken(): boolean;
}

export function metadataInput(id: string, changed: () => void): MetadataInput {
  const input = el("textarea", { id, rows: 3, spellcheck: false });
  input.autocapitalize = "none";
  const noteId = `${id}-json`;
  const note = el("span", { id: noteId, className: "json-note" });
  const show = el("button", { type: "button", className: "small", hidden: true }, "Show");
  const format = el("button", { type: "button", className: "small" }, "Format");
  show.ariaLabel = "Show where the JSON is wrong";
  format.ariaLabel = "Format the JSON";
  const element = el(
    "div",
    { className: "json" },
    input,
    el("div", { className: "json-foot" }, note, show, format),
  );
  let flawAt: number | undefined;

  function look(): void {
    const text = input.value;
    flawAt = undefined;
    let words = "";
    let isJson = true;
    if (text.trim() !== "") {
      try {
        const size = new TextEncoder().encode(JSON.stringify(JSON.parse(text))).length;
        words = `JSON, ${size} bytes`;
      } catch (error) {
        const flaw = place(text, String((error as Error).message));
        flawAt = flaw.at;
        words = `Line ${flaw.line}, column ${flaw.column}: ${flaw.what}`;
        isJson = false;
      }
    }
    note.textContent = words;
    note.classList.toggle("bad", !isJson);
    show.hidden = isJson;
    format.disabled = !isJson || words === "";
  }

  input.addEventListener("input", () => {
    look();
    changed();
  });
  show.addEventListener("click", () => {
    const at = Math.min(flawAt ?? 0, input.value.length);
    input.focus();
    input.setSelectionRange(at, Math.min(at + 1, input.value.length));
  });
  format.addEventListener("click", () => {
    input.value = JSON.stringify(JSON.parse(input.value), null, 2);
    input.rows = Math.min(14, Math.max(3, input.value.split("\n").length));
    look();
    changed();
    input.focus();
  });
  look();

  return {
    element,
    input,
    noteId,
    isBroken: () => flawAt !== undefined,
    read() {
      try {
        return JSON.parse(input.value);
      } catch {
        return input.value;
      }
    },
    write(value) {
      if (typeof value === "string") input.value = value;
      else input.value = value === undefined ? "" : JSON.stringify(value, null, 2);
      input.rows = Math.min(14, Math.max(3, input.value.split("\n").length));
      look();
    },
  };
}

/** Where the JSON is wrong: engines say it in words of their own, or only that it ends too early. */
function place(text: string, message: string) {
  const byLine = /line (\d+) column (\d+)/.exec(message);
  const byPosition = /position (\d+)/.exec(message);
  let at = text.length;
  if (byLine) {
    const before = text.split("\n").slice(0, Number(byLine[1]) - 1);
    at = before.join("\n").length + (before.length > 0 ? 1 : 0) + Number(byLine[2]) - 1;
  } else if (byPosition) {
    at = Number(byPosition[1]);
  }
  const lines = text.slice(0, at).split("\n");
  const what = message
    .replace(/^JSON\.?\s?parse:? /i, "")
    .replace(/^(error: )/i, "")
    .replace(/,? ?(in JSON )?at (line|position) .*$/, "")
    .replace(/ in JSON$/, "");
  return { at, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, what };
}
