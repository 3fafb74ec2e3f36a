// A list of tags as chips: Enter or a comma adds what was typed, Backspace in the empty input removes the last
// one, and each chip has a button to remove it.

import { el } from "./dom.js";

export interface TagsInput {
  element: HTMLElement;
  input: HTMLInputElement;
  read(): string[];
  write(tags: string[]): void;
  /** Marks the tags at these places as wrong. */
  mark(wrong: Set<number>): void;
}

export function tagsInput(id: string, changed: () => void): TagsInput {
  let tags: string[] = [];
  let wrong = new Set<number>();
  const input = el("input", { id, type: "text", autocomplete: "off", spellcheck: false });
  input.autocapitalize = "none";
  const list = el("ul", { className: "chips", ariaLabel: "Tags so far" });
  const spoken = el("span", { className: "unseen", role: "status" });
  const element = el("div", { className: "tags" }, list, input, spoken);

  function draw(): void {
    list.hidden = tags.length === 0;
    list.replaceChildren(
      ...tags.map((tag, index) => {
        const remove = el(
          "button",
          { type: "button", className: "take", ariaLabel: `Remove tag ${tag}` },
          "×",
        );
        remove.addEventListener("click", () => {
          take(index);
          const next = list.querySelectorAll("button")[Math.min(index, tags.length - 1)];
          (next ?? input).focus();
        });
        const text = tag.trim() === "" ? "(blank)" : tag;
        const isWrong = wrong.has(index);
        return el(
          "li",
          { className: isWrong ? "chip wrong" : "chip" },
          el("span", {}, text),
          isWrong && el("span", { className: "unseen" }, "not accepted"),
          remove,
        );
      }),
    );
  }

  function take(index: number): void {
    const [tag] = tags.splice(index, 1);
    wrong = new Set();
    spoken.textContent = `${tag} removed, ${count(tags.length)}`;
    draw();
    changed();
  }

  function add(): void {
    const typed = input.value.split(",").map((tag) => tag.trim());
    const fresh = typed.filter((tag) => tag !== "" && !tags.includes(tag));
    input.value = "";
    if (fresh.length === 0) return;
    tags.push(...fresh);
    spoken.textContent = `${fresh.join(", ")} added, ${count(tags.length)}`;
    draw();
    changed();
  }

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && input.value.trim() !== "") {
      event.preventDefault();
      add();
    } else if (event.key === "Backspace" && input.value === "" && tags.length > 0) {
      take(tags.length - 1);
    }
  });
  input.addEventListener("input", () => {
    if (input.value.includes(",")) add();
  });
  input.addEventListener("blur", add);
  // The whole box looks like the input: it should behave like it.
  element.addEventListener("mousedown", (event) => {
    if (event.target !== element && event.target !== list) return;
    event.preventDefault();
    input.focus();
  });
  draw();

  return {
    element,
    input,
    read: () => [...tags],
    write(given) {
      tags = [...given];
      wrong = new Set();
      input.value = "";
      draw();
    },
    mark(given) {
      if (String([...given]) === String([...wrong])) return;
      wrong = given;
      draw();
    },
  };
}

const count = (tags: number) => (tags === 1 ? "1 tag" : `${tags} tags`);
