// The demo page on a static host, where no emulator answers: the engine in the page, what is kept of it, and what
// happens with two tabs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { measureLoad } from "../../scripts/demo-load.mjs";
import { isSound, press, says, sessionIs, useStatic } from "./demo-page.mjs";

const demo = useStatic();

/** Browsers without shared workers have a worker in each tab. */
const KINDS = {
  "a shared worker": () => {},
  "a worker of the tab": () => Reflect.deleteProperty(window, "SharedWorker"),
};

async function openTab(context) {
  const page = await context.newPage();
  await page.goto(demo.emulator.url);
  return page;
}
const count = (page, text) => page.locator("#users-status", { hasText: text }).waitFor();

for (const [kind, prepare] of Object.entries(KINDS)) {
  /** A browser of its own. */
  const browserOf = async (t) => {
    const context = await demo.browser.newContext();
    t.after(() => context.close());
    await context.route("http://127.0.0.1:8090/**", (route) => route.abort());
    await context.addInitScript(prepare);
    return context;
  };

  test(`users_and_the_session_outlive_a_reload_and_forget_ends_them_in_${kind.replaceAll(" ", "_")}`, async (t) => {
    const page = await openTab(await browserOf(t));
    await count(page, "5 users");
    await press(page, "Create user");
    await says(page, "createUser() returned");
    await page.getByRole("tab", { name: "Sign in" }).click();
    await press(page, "Sign in");
    await sessionIs(page, "Ada Lovelace");
    await page.reload();
    await count(page, "6 users");
    await sessionIs(page, "Ada Lovelace");
    await page.locator("#settings summary").click();
    await isSound(page, "in the page");
    await press(page, "Forget, and look for an emulator");
    await page.getByText("nothing of it is kept").waitFor();
    await count(page, "5 users");
    await sessionIs(page, "nobody");
    await page.reload();
    await count(page, "5 users");
  });
}

test("tabs_share_the_users_and_the_faults_of_one_worker", async (t) => {
  const { page } = await demo.open(t);
  const other = await openTab(page.context());
  await press(page, "Create user");
  await press(other, "Create user");
  await says(page, "createUser() returned");
  await says(other, "createUser() returned");
  await count(page, "7 users");
  await count(other, "7 users");
  await page.close();
  await other.reload();
  await count(other, "7 users");
});

test("without_shared_workers_a_second_tab_is_told_and_takes_over_when_the_first_is_closed", async (t) => {
  const { page } = await demo.open(t);
  const context = await demo.browser.newContext();
  t.after(() => context.close());
  await context.addInitScript(KINDS["a worker of the tab"]);
  const first = await openTab(context);
  await count(first, "5 users");
  const second = await openTab(context);
  await second.getByRole("alert").filter({ hasText: "in another tab" }).waitFor();
  await press(first, "Create user");
  await says(first, "createUser() returned");
  await count(first, "6 users");
  await press(second, "Create user");
  await says(second, "createUser() failed with FAILED_TO_FETCH");
  await isSound(second, "locked out");
  await first.close();
  await count(second, "6 users");
  await count(page, "5 users");
});

test("an_engine_that_does_not_load_is_told_and_asked_for_again", async (t) => {
  const { page } = await demo.open(t);
  const context = await demo.browser.newContext();
  t.after(() => context.close());
  await context.addInitScript(KINDS["a worker of the tab"]);
  for (const file of ["engine-worker-*.js", "engine-*.wasm"]) {
    await context.route(`**/${file}`, (route) => route.abort());
    const lost = await openTab(context);
    await lost.getByRole("alert").filter({ hasText: "load" }).waitFor();
    await context.unroute(`**/${file}`);
    await count(lost, "5 users");
    await lost.getByRole("alert").waitFor({ state: "hidden" });
    await lost.close();
  }
  await count(page, "5 users");
});

test("a_browser_that_keeps_nothing_is_told_of_and_the_forms_work", async (t) => {
  const context = await demo.browser.newContext();
  t.after(() => context.close());
  await context.addInitScript(KINDS["a worker of the tab"]);
  // A worker has no initial script: its database is taken away in what it is made of.
  await context.route("**/engine-worker-*.js", async (route) => {
    const response = await route.fetch();
    const body = `indexedDB.open = () => { throw new Error("no database here"); };${await response.text()}`;
    await route.fulfill({ response, body });
  });
  const page = await openTab(context);
  await page.getByRole("alert").filter({ hasText: "no database here" }).waitFor();
  await press(page, "Create user");
  await says(page, "createUser() returned");
  await count(page, "6 users");
});

test("the_engine_comes_after_the_first_load_which_stays_small", async () => {
  const { bytes, files } = await measureLoad(demo.browser, demo.emulator.url);
  assert.ok(bytes < 120_000, `${bytes} bytes`);
  const names = [...files.keys()].join();
  assert.match(names, /index-[\w-]+\.js/);
  assert.doesNotMatch(names, /engine/);
});
