// What the demo page connects to: the emulator that serves it, one that it finds, one that is typed in,
// or the real service; and what the browser remembers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deserted } from "../support/emulator.mjs";
import { isSound, ownWords, panel, press, says, serveStatic, useServer } from "./demo-page.mjs";

const demo = useServer();

/** The same build on a web host of another kind, below a path. */
async function otherHost(t) {
  const { url, stop } = await serveStatic();
  t.after(stop);
  return url;
}

/** Opens the form for another emulator. */
async function askForEmulator(page) {
  await page.locator("#settings summary").click();
  await page.getByLabel("Connect to").selectOption("An emulator at an address");
}

const connected = async (page) => {
  await page.locator("#server", { hasText: new URL(demo.emulator.url).host }).waitFor();
  await page.locator("#health", { hasText: "running" }).waitFor();
};
const kept = (page) => page.evaluate(() => JSON.stringify(localStorage));

test("a_static_page_takes_an_emulators_address_and_finds_the_keys_by_it", async (t) => {
  const url = await otherHost(t);
  const { page, violations } = await demo.open(t, { url });
  await page.locator("#server", { hasText: "in this page" }).waitFor();
  await askForEmulator(page);
  await page.getByLabel("Emulator's address").fill(new URL(demo.emulator.url).host);
  assert.equal(await page.getByLabel("App id").inputValue(), "");
  await isSound(page, "asked for an emulator");
  await press(page, "Connect");
  await connected(page);
  await press(page, "Create user");
  await says(page, "createUser() returned");
  await page.locator("#users tr", { hasText: "Ada Lovelace" }).waitFor();
  assert.equal((await kept(page)).includes(demo.emulator.authKey), false);
  assert.deepEqual(violations, []);
});

test("only_what_was_asked_to_be_remembered_is_kept_and_it_can_be_forgotten", async (t) => {
  const url = await otherHost(t);
  const { page } = await demo.open(t, { url });
  const typeIn = async () => {
    await askForEmulator(page);
    await page.getByLabel("Emulator's address").fill(demo.emulator.url);
    await page.getByLabel("App id").fill(demo.emulator.appId);
    await page.getByLabel("Auth key").fill(demo.emulator.authKey);
  };
  await typeIn();
  await press(page, "Connect");
  await connected(page);
  await page.reload();
  await page.locator("#server", { hasText: "in this page" }).waitFor();
  await typeIn();
  await page.getByRole("checkbox", { name: /^Remember/ }).check();
  await press(page, "Connect");
  await connected(page);
  await page.reload();
  await connected(page);
  await page.locator("#kept").waitFor();
  await page.locator("#settings summary").click();
  await press(page, "Forget, and look for an emulator");
  await page.getByText("nothing of it is kept").waitFor();
  assert.equal((await kept(page)).includes(demo.emulator.authKey), false);
});

test("an_address_where_nobody_answers_is_told_and_the_old_connection_stays", async (t) => {
  const { page } = await demo.open(t);
  await page.locator("#settings summary").click();
  await page.getByLabel("Emulator's address").fill(await deserted());
  await page.getByLabel("App id").fill("");
  await press(page, "Connect");
  await page.getByText("Not connected: nobody answers there").waitFor();
  await press(page, "Create user");
  await says(page, "createUser() returned");
});

test("an_emulator_that_goes_away_is_told_with_what_to_do", async (t) => {
  const { page } = await demo.open(t);
  await connected(page);
  const comeIntoView = () =>
    page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.route("**/__emulator/health", (route) => route.abort());
  await comeIntoView();
  await page.getByRole("alert").filter({ hasText: "npm start" }).waitFor();
  await isSound(page, "without an emulator");
  await page.unroute("**/__emulator/health");
  await comeIntoView();
  await connected(page);
});

test("an_unknown_key_is_told_with_what_to_do", async (t) => {
  const { page } = await demo.open(t);
  await page.locator("#settings summary").click();
  await page.getByLabel("Auth key").fill("unknown");
  await press(page, "Connect");
  await connected(page);
  await press(page, "Create user");
  await says(page, "createUser() failed with AUTH_ERR_APIKEY_NOT_FOUND");
  await page.getByText("The Auth Key is not one of this app").waitFor();
});

test("the_real_service_comes_with_the_warning_and_without_the_emulators_parts", async (t) => {
  const { page, complaints } = await demo.open(t);
  await page.route("https://*.cometchat.io/**", (route) => route.abort());
  await page.locator("#settings summary").click();
  await page.getByLabel("Connect to").selectOption("A CometChat app");
  assert.equal(
    await page.getByLabel("Auth key").inputValue(),
    "",
    "the emulator's keys are its own",
  );
  await isSound(page, "asked for an app");
  await page.getByLabel("Region").fill("eu");
  await page.getByLabel("App id").fill("1234567890");
  await page.getByLabel("Auth key").fill("0123456789abcdef");
  await press(page, "Connect");
  await page.getByText("Never expose an Auth Key in client-side production").waitFor();
  await page.getByText("Faults are the emulator's").waitFor();
  await page.getByText("The list of users needs the REST API key").waitFor();
  await isSound(page, "at the real service");
  const asked = page.waitForRequest(/api-eu/);
  await page.getByRole("combobox", { name: "Retries" }).selectOption("none");
  await press(page, "Create user");
  assert.match((await asked).url(), /^https:\/\/1234567890\.api-eu\.cometchat\.io\/v3/);
  await says(page, "createUser() failed with FAILED_TO_FETCH");
  await page.locator("#health", { hasText: "no answer" }).waitFor();
  await panel(page, "Create");
  await page.getByLabel("Language").selectOption("TypeScript");
  const code = await page.locator("#code").textContent();
  assert.match(code, /init\("1234567890", \{ region: "eu" \}\)/);
  assert.doesNotMatch(code, /connectEmulator|0123456789abcdef/);
  assert.equal((await kept(page)).includes("0123456789abcdef"), false);
  assert.deepEqual(ownWords(complaints), []);
});
