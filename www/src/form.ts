// The form of one call: built from the call's fields, filled with a user, read into values, and marked where
// they are wrong.

import type { User } from "cometchat-users";
import { type Call, EMPTY, type Field, READ_ONLY, type Values } from "./calls.js";
import { check, type Faults } from "./check.js";
import { debounced, el } from "./dom.js";
import { type MetadataInput, metadataInput } from "./metadata.js";
import { type TagsInput, tagsInput } from "./tags.js";
import { shownValue } from "./words.js";

const FIELDS: Record<Field, { label: string; hint?: string; wide?: boolean; check?: boolean }> = {
  uid: { label: "uid", hint: "letters, digits, - and _" },
  name: { label: "name", hint: "up to 100 characters" },
  avatar: { label: "avatar", hint: "address of a picture" },
  link: { label: "link", hint: "address of a profile page" },
  role: { label: "role", hint: "a role that your app has" },
  statusMessage: { label: "statusMessage", hint: "any text" },
  tags: { label: "tags", hint: "up to 25; Enter or a comma adds one", wide: true },
  metadata: { label: "metadata", hint: "a JSON object, up to 5 KB", wide: true },
  authToken: { label: "authToken", hint: "filled in by a call that returned one", wide: true },
  withAuthToken: { label: "withAuthToken: return an auth token of the new user too", check: true },
};

/** Anything with a user's fields. */
export type Loaded = Record<string, unknown>;

export interface CallForm {
  call: Call;
  element: HTMLFormElement;
  button: HTMLButtonElement;
  abort: HTMLButtonElement;
  read(): Values;
  /** Sets the given fields, as if they were typed. */
  fill(values: Values): void;
  /** Shows a user: from then on, only what is changed counts. */
  load(user: Loaded | undefined): void;
  /** Marks the wrong fields and returns the first of them. */
  mark(faults: Faults): HTMLElement | null;
}

type Control = HTMLInputElement | HTMLTextAreaElement;

let forms = 0;

export function callForm(
  call: Call,
  handlers: { submit(form: CallForm): void; abort(): void; changed(form: CallForm): void },
): CallForm {
  const prefix = `call-${++forms}`;
  const controls = new Map<Field, Control>();
  const faults = new Map<Field, HTMLElement>();
  const notes = new Map<Field, HTMLElement>();
  const clearButtons = new Map<Field, HTMLButtonElement>();
  const cleared = new Set<Field>();
  /** Fields that lost the focus once: only these are marked before anything is sent. */
  const visited = new Set<Field>();
  let isSubmitted = false;
  /** Why the last call was refused: shown until the field changes. */
  let refused = new Map<Field | "", { value: string; messages: string[] }>();
  let baseline: Loaded | undefined;
  let tags: TagsInput | undefined;
  let metadata: MetadataInput | undefined;

  const field = (name: Field): HTMLElement => {
    const { label, hint, wide, check: isCheck } = FIELDS[name];
    const id = `${prefix}-${name}`;
    const isRequired = call.required?.includes(name) ?? false;
    const fixed = call.fixed?.[name];
    if (isCheck) {
      const box = el("input", { type: "checkbox", id });
      controls.set(name, box);
      return el("label", { className: "check wide" }, box, el("span", {}, label));
    }
    const describedBy = [`${id}-hint`, `${id}-fault`];
    let control: Control;
    let body: HTMLElement;
    if (name === "tags") {
      tags = tagsInput(id, changed);
      [control, body] = [tags.input, tags.element];
    } else if (name === "metadata") {
      metadata = metadataInput(id, changed);
      [control, body] = [metadata.input, metadata.element];
      describedBy.push(metadata.noteId);
    } else {
      control = el("input", { id, type: name === "authToken" ? "password" : "text" });
      control.autocomplete = "off";
      control.autocapitalize = "none";
      control.spellcheck = false;
      body = control;
    }
    control.setAttribute("aria-describedby", describedBy.join(" "));
    if (isRequired) control.ariaRequired = "true";
    if (fixed) control.disabled = true;
    controls.set(name, control);
    control.addEventListener("blur", () => {
      if (controls.get(name)?.value || visited.size > 0 || !isRequired) visited.add(name);
      recheck();
    });

    const fault = el("p", { id: `${id}-fault`, className: "fault" });
    faults.set(name, fault);
    const note = el("span", { className: "note" }, isRequired ? "required" : "");
    notes.set(name, note);

    let clear: HTMLButtonElement | undefined;
    if (call.updates && name in EMPTY && !fixed) {
      clear = el("button", { type: "button", className: "link" }, "clear");
      clear.ariaLabel = `clear ${label}`;
      clear.addEventListener("click", () => {
        const isOn = !cleared.has(name);
        write(name, undefined);
        if (isOn) cleared.add(name);
        else cleared.delete(name);
        if (!isOn && baseline) write(name, baseline[name]);
        changed();
      });
      clearButtons.set(name, clear);
    }
    return el(
      "div",
      { className: wide ? "field wide" : "field" },
      el("div", { className: "label" }, el("label", { htmlFor: id }, label), note, clear),
      body,
      el("p", { id: `${id}-hint`, className: "hint" }, fixed ?? hint ?? ""),
      fault,
    );
  };

  const samples = Object.entries(call.samples ?? {}).map(([title, values]) => {
    const button = el("button", { type: "button", className: "link" }, title);
    button.addEventListener("click", () => {
      form.fill(values());
      for (const name of controls.keys()) visited.add(name);
      changed();
    });
    return button;
  });
  const reset = el("button", { type: "button", className: "link" }, "empty the form");
  reset.addEventListener("click", () => {
    form.load(undefined);
    changed();
  });

  const readOnly = call.updates ? el("dl", { className: "kept" }) : undefined;
  const button = el("button", { type: "submit", className: "primary" }, call.button);
  const abort = el("button", { type: "button", className: "cancel", disabled: true }, "Cancel");
  abort.addEventListener("click", () => handlers.abort());
  const overall = el("p", { className: "fault", role: "status" });

  const element = el(
    "form",
    { noValidate: true, autocomplete: "off", "aria-labelledby": `${prefix}-title` },
    el("h3", { id: `${prefix}-title` }, call.title),
    el("p", { className: "about" }, el("code", {}, `${call.name}()`), ` ${call.about}`),
    samples.length > 0 &&
      el("p", { className: "samples" }, "Fill in: ", ...samples, !call.needsSession && reset),
    el("div", { className: "fields" }, ...call.fields.map(field)),
    readOnly &&
      el(
        "details",
        { className: "read-only" },
        el("summary", {}, `Read-only: ${READ_ONLY.length} fields that the service keeps`),
        readOnly,
      ),
    overall,
    el("div", { className: "actions" }, button, abort),
  );
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    isSubmitted = true;
    handlers.submit(form);
  });
  element.addEventListener("input", (event) => {
    const name = [...controls].find(([, control]) => control === event.target)?.[0];
    if (name) cleared.delete(name);
    // Another uid is another user, to whom the shown values do not belong.
    if (name === "uid" && call.updates && baseline)
      form.load(undefined, controls.get("uid")?.value);
    changed();
  });
  element.addEventListener("focusin", () => handlers.changed(form));

  function changed(): void {
    describe();
    recheck();
    handlers.changed(form);
  }

  /** Notes at each field whether it is changed or cleared. */
  function describe(): void {
    if (!call.updates) return;
    const values = form.read();
    for (const [name, note] of notes) {
      if (name === "uid" || call.fixed?.[name]) continue;
      let words = "";
      if (cleared.has(name) || (name in values && isEmpty(values[name]))) words = "is cleared";
      else if (name in values) words = "changes";
      note.textContent = words;
      note.classList.toggle("active", words !== "");
      const clear = clearButtons.get(name);
      const verb = cleared.has(name) ? "keep" : "clear";
      if (clear) clear.textContent = verb;
      if (clear) clear.ariaLabel = `${verb} ${FIELDS[name].label}`;
    }
    readOnly?.replaceChildren(
      ...READ_ONLY.map((name) =>
        el("div", {}, el("dt", {}, name), el("dd", {}, shownValue(name, baseline?.[name]))),
      ),
    );
  }

  let round = 0;
  const recheck = debounced(async () => {
    const now = ++round;
    const found = await check(call, form.read());
    if (now === round) show(found);
  }, 120);

  /** Marks what is known to be wrong among the fields that the person has visited. */
  function show(found: Faults): HTMLElement | null {
    let first: HTMLElement | null = null;
    for (const [name, fault] of faults) {
      const isDue = isSubmitted || visited.has(name);
      const refusal = refused.get(name);
      const known = refusal?.value === JSON.stringify(current(name)) ? refusal.messages : [];
      const messages = isDue ? (found.get(name) ?? known) : [];
      const control = controls.get(name);
      // The line below the metadata says where the JSON is broken.
      const text = name === "metadata" && metadata?.isBroken() ? "" : messages.join(" ");
      if (fault.textContent !== text) fault.textContent = text;
      control?.setAttribute("aria-invalid", String(messages.length > 0));
      if (name === "tags") {
        const places = messages.map((message) => /^tags\.(\d+)/.exec(message)?.[1]);
        tags?.mark(new Set(places.filter((place) => place !== undefined).map(Number)));
      }
      if (messages.length > 0) first ??= control ?? null;
    }
    overall.textContent = (found.get("") ?? []).join(" ");
    return first;
  }

  function current(name: Field): unknown {
    if (name === "tags") return tags?.read();
    if (name === "metadata") return metadata?.input.value === "" ? "" : metadata?.read();
    return controls.get(name)?.value;
  }

  function write(name: Field, value: unknown): void {
    if (name === "tags") tags?.write((value as string[] | undefined) ?? []);
    else if (name === "metadata") metadata?.write(isEmpty(value) ? undefined : value);
    else if (name === "withAuthToken") (controls.get(name) as HTMLInputElement).checked = !!value;
    else {
      const control = controls.get(name);
      if (control) control.value = value === undefined || value === null ? "" : String(value);
    }
  }

  const form = {
    call,
    element,
    button,
    abort,
    read(): Values {
      const values: Values = {};
      for (const [name, control] of controls) {
        if (call.fixed?.[name]) continue;
        if (control.type === "checkbox") {
          if ((control as HTMLInputElement).checked) values[name] = true;
          continue;
        }
        const value = current(name);
        const before = baseline?.[name];
        if (cleared.has(name)) values[name] = EMPTY[name];
        else if (!call.updates || name === "uid") {
          if (!isEmpty(value)) values[name] = value;
        } else if (isEmpty(value)) {
          if (!isEmpty(before)) values[name] = EMPTY[name] ?? "";
        } else if (!same(value, before)) {
          values[name] = value;
        }
      }
      return values;
    },
    fill(values: Values): void {
      for (const [name, value] of Object.entries(values)) {
        if (controls.has(name as Field)) write(name as Field, value);
        cleared.delete(name as Field);
      }
      isSubmitted = false;
      describe();
      recheck();
    },
    load(user: Loaded | undefined, uid?: string): void {
      baseline = user;
      cleared.clear();
      visited.clear();
      isSubmitted = false;
      for (const name of controls.keys()) {
        if (name !== "authToken") write(name, user?.[name]);
      }
      if (uid !== undefined) write("uid", uid);
      describe();
      show(new Map());
    },
    mark(found: Faults): HTMLElement | null {
      const told = [...found].map(([name, messages]) => {
        const value = name === "" ? "" : JSON.stringify(current(name));
        return [name, { value, messages }] as const;
      });
      refused = new Map(told);
      return show(found);
    },
  };
  describe();
  return form;
}

export const fieldsOf = (user: User): Loaded => ({ ...user });

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
