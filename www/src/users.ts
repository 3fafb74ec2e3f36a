// The table of users. The server searches and pages, so that it works with a million users as with five. A
// click on a user fills the forms.

import type { Connection } from "./connection.js";
import { byId, debounced, el, say } from "./dom.js";
import { initialsOf } from "./outcome.js";
import { deleteUser, listUsers, type UserPage, type UserRecord } from "./rest.js";
import { counted, when } from "./words.js";

const PER_PAGE = 10;
const PAUSE = 5_000;

export interface UsersTable {
  /** Asks the server again; `isNew` for another connection. */
  refresh(isNew?: boolean): Promise<void>;
}

export function usersTable(
  connection: () => Connection,
  chosen: (user: UserRecord) => void,
): UsersTable {
  const body = byId("users");
  const status = byId("users-status");
  const search = byId<HTMLInputElement>("users-search");
  const box = byId("users-box");
  const empty = byId("users-empty");
  const pageNumber = byId<HTMLInputElement>("users-page");
  const pages = byId("users-pages");
  const [first, previous, next, last] = ["first", "previous", "next", "last"].map((name) =>
    byId<HTMLButtonElement>(`users-${name}`),
  ) as [HTMLButtonElement, HTMLButtonElement, HTMLButtonElement, HTMLButtonElement];
  let page = 1;
  let found: UserPage | undefined;
  let drawn = "";
  let round = 0;

  const canAsk = () => connection().restApiKey !== "" && connection().appId !== "";

  async function refresh(isNew = false): Promise<void> {
    const to = connection();
    if (isNew) {
      page = 1;
      found = undefined;
      drawn = "";
      body.replaceChildren();
    }
    byId("users-locked").hidden = canAsk() || to.appId === "";
    byId("users-open").hidden = !canAsk();
    if (!canAsk()) return;
    const now = ++round;
    box.ariaBusy = "true";
    try {
      const answer = await listUsers(to, page, PER_PAGE, search.value.trim());
      if (now !== round) return;
      if (page > answer.pages) {
        page = answer.pages;
        return await refresh();
      }
      found = answer;
      draw();
    } catch (error) {
      if (now === round) fail(error as Error);
    } finally {
      if (now === round) box.ariaBusy = "false";
    }
  }

  function fail(error: Error): void {
    status.className = "bad";
    const what = error.name === "TimeoutError" ? "no answer in time" : error.message;
    say(status, `The users cannot be read: ${what}`);
  }

  function draw(): void {
    if (!found) return;
    const { users, total } = found;
    status.className = "soft";
    const term = search.value.trim();
    const about = term ? ` with “${term}”` : "";
    say(status, `${counted(total, "user")}${about}`);
    pageNumber.value = String(page);
    pageNumber.max = String(found.pages);
    say(pages, `of ${found.pages.toLocaleString()}`);
    first.disabled = previous.disabled = page <= 1;
    next.disabled = last.disabled = page >= found.pages;
    empty.hidden = users.length > 0;
    say(
      empty,
      term
        ? `Nobody's uid or name begins with “${term}”.`
        : "Nobody is here yet: create the first user.",
    );
    // Rebuilds the rows only when something changed, and keeps the focus.
    const shown = JSON.stringify(users);
    if (shown === drawn) return;
    drawn = shown;
    const focused = document.activeElement?.closest<HTMLElement>("[data-key]")?.dataset.key;
    body.replaceChildren(...users.map(row));
    if (focused) body.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  function row(user: UserRecord): HTMLElement {
    const choose = el("button", { type: "button", className: "pick" });
    choose.dataset.key = `pick ${user.uid}`;
    choose.append(
      el("span", { className: "portrait", ariaHidden: "true" }, initialsOf(user.name)),
      el(
        "span",
        { className: "names" },
        el("strong", {}, user.name),
        el("span", { className: "mono soft" }, user.uid),
      ),
    );
    choose.title = "Fill the forms with this user";
    const remove = el("button", { type: "button", className: "small danger" }, "Delete");
    remove.ariaLabel = `Delete ${user.uid}`;
    remove.dataset.key = `delete ${user.uid}`;
    remove.addEventListener("click", (event) => {
      event.stopPropagation();
      confirmDeletion(user);
    });
    const tags = Array.isArray(user.tags) ? user.tags.map(String) : [];
    const changed = when("updatedAt", user.updatedAt || user.createdAt, "short");
    const line = el(
      "tr",
      {},
      el("th", { scope: "row" }, choose),
      el("td", { className: "wide-only" }, String(user.role ?? "default")),
      el("td", { className: "wide-only cut" }, tags.join(", ")),
      el("td", { className: "wide-only" }, user.status === "available" ? "online" : "offline"),
      el("td", { className: "wide-only" }, changed),
      el("td", { className: "end" }, remove),
    );
    line.addEventListener("click", () => chosen(user));
    return line;
  }

  // --- Pages and search -----------------------------------------------------------------------

  function go(to: number): void {
    const most = found?.pages ?? 1;
    page = Math.min(most, Math.max(1, Math.trunc(to) || 1));
    pageNumber.value = String(page);
    refresh();
  }
  first.addEventListener("click", () => go(1));
  previous.addEventListener("click", () => go(page - 1));
  next.addEventListener("click", () => go(page + 1));
  last.addEventListener("click", () => go(found?.pages ?? 1));
  pageNumber.addEventListener("change", () => go(Number(pageNumber.value)));
  const searched = debounced(() => {
    page = 1;
    refresh();
  }, 250);
  search.addEventListener("input", searched);

  // --- Deletion -------------------------------------------------------------------------------

  const dialog = byId<HTMLDialogElement>("delete-dialog");
  const confirm = byId<HTMLButtonElement>("delete-confirm");
  const trouble = byId("delete-trouble");
  let doomed: UserRecord | undefined;

  function confirmDeletion(user: UserRecord): void {
    doomed = user;
    byId("delete-who").textContent = `${user.name} (${user.uid})`;
    byId("delete-request").textContent = `DELETE /v3/users/${user.uid}`;
    trouble.textContent = "";
    confirm.disabled = false;
    dialog.showModal();
  }
  byId("delete-cancel").addEventListener("click", () => dialog.close());
  confirm.addEventListener("click", async () => {
    const user = doomed;
    if (!user) return;
    confirm.disabled = true;
    dialog.ariaBusy = "true";
    try {
      await deleteUser(connection(), user.uid);
    } catch (error) {
      trouble.textContent = `The user is still there. ${(error as Error).message}`;
      confirm.disabled = false;
      return;
    } finally {
      dialog.ariaBusy = "false";
    }
    dialog.close();
    await refresh();
    say(byId("users-news"), `${user.uid} was deleted.`);
    search.focus();
  });

  (async function watch() {
    if (!document.hidden && canAsk() && !dialog.open) await refresh();
    setTimeout(watch, PAUSE);
  })();

  return { refresh };
}
