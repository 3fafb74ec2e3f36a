// One call's form: built from the call's fields, read into values, and marked where values are wrong.

import { type Call, type FieldName, isClearable, type Values } from "./calls.js";
import { el } from "./dom.js";

const FIELDS: Record<
  FieldName,
  { label: string; hint?: string; area?: boolean; wide?: boolean; check?: boolean }
> = {
  uid: { label: "uid", hint: "letters, digits, - and _" },
  name: { label: "name", hint: "up to 100 characters" },
  avatar: { label: "avatar", hint: "URL of a picture" },
  link: { label: "link", hint: "URL of a profile page" },
  role: { label: "role", hint: "a role of your app" },
  statusMessage: { label: "statusMessage", hint: "any text" },
  metadata: { label: "metadata", hint: "JSON object, up to 5 KB", area: true, wide: true },
  tags: { label: "tags", hint: "up to 25, separated by commas", wide: true },
  authToken: { label: "authToken", hint: "filled in by itself after a call that returned one" },
  withAuthToken: {
    label: "withAuthToken: also return an auth token of the new user",
    check: true,
  },
};

/** Errors whose code alone says which field is at fault. */
const FIELD_OF_CODE: Record<string, FieldName> = {
  UID_IS_COMPULSORY: "uid",
  INVALID_UID: "uid",
  ERR_UID_ALREADY_EXISTS: "uid",
  ERR_UID_NOT_FOUND: "uid",
  INVALID_AUTH_TOKEN: "authToken",
};

export interface CallForm {
  call: Call;
  element: HTMLFormElement;
  read(): Values;
  fill(text: Values["text"]): void;
  /** Marks the fields at fault and gives the first of them. */
  mark(error?: {
    code: string;
    message: string;
    fieldErrors?: Record<string, string[]>;
  }): HTMLElement | null;
}

let forms = 0;

export function callForm(
  call: Call,
  handlers: { abort(): void; changed(form: CallForm): void },
): CallForm {
  const prefix = `call-${++forms}`;
  const controls = new Map<FieldName, HTMLInputElement | HTMLTextAreaElement>();
  const faults = new Map<FieldName, HTMLElement>();
  const clears = new Map<FieldName, HTMLInputElement>();

  const field = (name: FieldName): HTMLElement => {
    const { label, hint, area, wide, check } = FIELDS[name];
    const id = `${prefix}-${name}`;
    const isRequired = call.required?.includes(name) ?? false;
    if (check) {
      const box = el("input", { type: "checkbox", id });
      controls.set(name, box);
      return el("label", { className: "check wide" }, box, label);
    }
    const control = area
      ? el("textarea", { id, rows: 2 })
      : el("input", { id, type: name === "authToken" ? "password" : "text" });
    control.autocomplete = "off";
    control.autocapitalize = "none";
    control.spellcheck = false;
    control.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
    if (isRequired) control.ariaRequired = "true";
    controls.set(name, control);

    const fault = el("p", { id: `${id}-fault`, className: "fault" });
    faults.set(name, fault);

    let clear: HTMLElement | undefined;
    if (call.clears && isClearable(name)) {
      const box = el("input", { type: "checkbox", "aria-label": `Clear ${label}` });
      box.addEventListener("change", () => {
        control.disabled = box.checked;
      });
      clears.set(name, box);
      clear = el("label", { className: "clear" }, box, "clear");
    }
    return el(
      "div",
      { className: wide ? "field wide" : "field" },
      el(
        "div",
        { className: "label" },
        el("label", { htmlFor: id }, label),
        isRequired && el("span", { className: "soft" }, "required"),
        clear,
      ),
      control,
      hint && el("p", { id: `${id}-hint`, className: "hint" }, hint),
      fault,
    );
  };

  const samples = Object.entries(call.samples ?? {}).map(([title, values]) => {
    const button = el("button", { type: "button", className: "link" }, title);
    button.addEventListener("click", () => {
      form.mark();
      form.fill(values());
      handlers.changed(form);
    });
    return button;
  });
  const abort = el("button", { type: "button", className: "abort", disabled: true }, "Abort");
  abort.addEventListener("click", handlers.abort);

  const element = el(
    "form",
    {
      className: "card",
      noValidate: true,
      autocomplete: "off",
      "aria-labelledby": `${prefix}-title`,
    },
    el("h2", { id: `${prefix}-title` }, call.title),
    el("p", { className: "about" }, el("code", {}, `${call.name}()`), ` ${call.about}`),
    samples.length > 0 && el("p", { className: "samples soft" }, "Fill in: ", ...samples),
    el("div", { className: "fields" }, ...call.fields.map(field)),
    el(
      "p",
      { className: "actions" },
      el("button", { type: "submit", className: "primary call" }, call.button),
      abort,
    ),
  );

  const form: CallForm = {
    call,
    element,
    read() {
      const values: Values = { text: {}, cleared: [] };
      for (const [name, control] of controls) {
        if (control.type !== "checkbox") values.text[name] = control.value;
        else values.withAuthToken = (control as HTMLInputElement).checked;
        if (clears.get(name)?.checked) values.cleared.push(name);
      }
      return values;
    },
    fill(text) {
      for (const [name, value] of Object.entries(text)) {
        const control = controls.get(name as FieldName);
        if (control) control.value = value;
      }
    },
    mark(error) {
      const found = new Map<FieldName, string[]>();
      for (const [path, messages] of Object.entries(error?.fieldErrors ?? {})) {
        // An entry of a list (`tags.1`) belongs to the list's field.
        const name = path.split(".")[0] as FieldName;
        found.set(name, [...(found.get(name) ?? []), ...messages]);
      }
      const name = error && FIELD_OF_CODE[error.code];
      if (error && name && !found.has(name)) found.set(name, [error.message]);

      let first: HTMLElement | null = null;
      for (const [name, fault] of faults) {
        const messages = found.get(name) ?? [];
        const control = controls.get(name);
        fault.textContent = messages.join(" ");
        control?.setAttribute("aria-invalid", String(messages.length > 0));
        if (messages.length > 0) first ??= control ?? null;
      }
      return first;
    },
  };
  element.addEventListener("input", () => handlers.changed(form));
  element.addEventListener("focusin", () => handlers.changed(form));
  return form;
}
