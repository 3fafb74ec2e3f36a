// The demo page as a visitor uses it: the built page in a real browser, against a real emulator.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { build, preview } from "vite";
import { startEmulator } from "../../scripts/emulator.mjs";
import { root } from "../../scripts/setup.mjs";
import { launchBrowser } from "../support/browser.mjs";

let emulator;
let server;
let browser;
let url;
/** What config.json says; absent: there is none. */
let config;

before(async () => {
  const www = { root: `${root}www`, configFile: `${root}www/vite.config.ts`, logLevel: "error" };
  await build(www);
  emulator = await startEmulator();
  server = await preview({
    ...www,
    preview: { host: "127.0.0.1", port: 0 },
    plugins: [{ name: "config", configurePreviewServer: serveConfig }],
  });
  url = server.resolvedUrls.local[0];
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.close();
  await emulator?.stop();
});

beforeEach(async () => {
  await emulator.reset();
  const { url: emulatorUrl, appId, authKey } = emulator;
  config = { emulatorUrl, appId, authKey };
});

function serveConfig({ middlewares }) {
  middlewares.use("/config.json", (_request, response) => {
    if (!config) response.statusCode = 404;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(config ?? {}));
  });
}

/**
 * A page in a browser of its own. `complaints` is what the page said on the console, `wasm` the
 * types of the modules that it loaded.
 */
async function open(t, options) {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  const wasm = [];
  page.on("response", (response) => {
    if (response.url().endsWith(".wasm")) wasm.push(response.headers()["content-type"]);
  });
  await page.goto(url);
  return { page, complaints, wasm };
}

/** Opens a panel; it is there once its link is marked as the current one. */
const panel = async (page, name) => {
  await page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
  await page.locator("nav a[aria-current=true]", { hasText: name }).waitFor();
};
const fill = async (page, fields) => {
  for (const [label, value] of Object.entries(fields)) {
    await page.getByRole("textbox", { name: label, exact: true }).fill(value);
  }
};
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const status = (page, text) => page.getByRole("status").filter({ hasText: text }).waitFor();
/** A field of the user or the error that the page shows. */
const shown = (page, field) =>
  page
    .getByRole("region", { name: "Result" })
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name: field, exact: true }) })
    .getByRole("cell")
    .textContent();
const sessionIs = (page, text) => page.locator("#session").filter({ hasText: text }).waitFor();

test("a_visitor_creates_updates_signs_in_updates_oneself_and_signs_out", async (t) => {
  const { page, complaints, wasm } = await open(t);
  await fill(page, {
    uid: "Kevin-1",
    name: "Kevin",
    metadata: '{"plan":"pro"}',
    tags: "vip, beta",
  });
  await press(page, "Create user");
  await status(page, "createUser() returned kevin-1 in");
  assert.equal(await shown(page, "name"), "Kevin");
  assert.equal(await shown(page, "metadata"), '{"plan":"pro"}');
  assert.match(await shown(page, "link"), /^null\s*unset: what getLink\(\) gives$/);

  await panel(page, "Update");
  await fill(page, { name: "Kevin II", link: "https://example.com/kevin" });
  await page.getByRole("checkbox", { name: "Clear tags" }).check();
  await press(page, "Update user");
  await status(page, "updateUser() returned kevin-1 in");
  assert.equal(await shown(page, "name"), "Kevin II");
  assert.match(await shown(page, "tags"), /^\[\]/);
  assert.match(await shown(page, "updatedAt"), /^\d+/);

  await panel(page, "Sign in");
  await press(page, "Sign in");
  await status(page, "login() returned kevin-1 in");
  await sessionIs(page, "Kevin II (kevin-1)");
  assert.match(await shown(page, "authToken"), /^.{4}….{4}$/);

  await panel(page, "Update yourself");
  await fill(page, { statusMessage: "in a meeting" });
  await press(page, "Update yourself");
  await status(page, "updateCurrentUserDetails() returned kevin-1 in");
  assert.equal(await shown(page, "statusMessage"), "in a meeting");

  await panel(page, "Fetch");
  await fill(page, { uid: "cometchat-uid-1" });
  await page.route("https://assets.cometchat.io/**", (route) =>
    route.fulfill({
      contentType: "image/svg+xml",
      body: '<svg xmlns="http://www.w3.org/2000/svg"/>',
    }),
  );
  await press(page, "Fetch user");
  await status(page, "getUser() returned cometchat-uid-1 in");

  await press(page, "Sign out");
  await status(page, "logout() ended in");
  await sessionIs(page, "nobody");

  const log = page.getByRole("region", { name: "Calls so far" }).getByRole("listitem");
  const names = await log.locator("span:first-child").allTextContents();
  assert.deepEqual(names, [
    "logout()",
    "getUser()",
    "updateCurrentUserDetails()",
    "login()",
    "updateUser()",
    "createUser()",
  ]);
  await log.last().getByRole("button").click();
  assert.equal(await shown(page, "name"), "Kevin", "the log shows a former result again");

  assert.deepEqual(complaints, []);
  assert.deepEqual(wasm, ["application/wasm"]);
});

test("the_build_holds_exactly_one_wasm_file", () => {
  const files = readdirSync(`${root}www/dist`, { recursive: true });
  assert.equal(files.filter((file) => file.endsWith(".wasm")).length, 1);
});

test("a_token_of_a_new_user_signs_in_and_is_shown_nowhere", async (t) => {
  const { page, complaints } = await open(t);
  await page.getByRole("checkbox", { name: /^withAuthToken/ }).check();
  const created = page.waitForResponse((response) => response.request().method() === "POST");
  await press(page, "Create user");
  const { authToken } = (await (await created).json()).data;
  await status(page, "createUser() returned");
  await panel(page, "Sign in");
  await press(page, "Sign in with the token");
  await sessionIs(page, "Ada Lovelace");
  const text = await page.locator("body").textContent();
  assert.equal(text.includes(authToken), false);
  assert.equal(text.includes(emulator.authKey), false);
  assert.deepEqual(complaints, []);
});

test("every_wrong_field_is_marked_at_once_and_the_first_has_the_focus", async (t) => {
  const { page, complaints } = await open(t);
  await press(page, "mistakes");
  await press(page, "Create user");
  await status(page, "createUser() failed with INVALID_UID");
  for (const label of ["uid", "name", "avatar", "link", "role", "metadata", "tags"]) {
    const input = page.getByRole("textbox", { name: label, exact: true });
    assert.equal(await input.getAttribute("aria-invalid"), "true", label);
    const describedBy = (await input.getAttribute("aria-describedby")).split(" ").at(-1);
    assert.match(await page.locator(`#${describedBy}`).textContent(), new RegExp(label));
    assert.match(await shown(page, "fieldErrors"), new RegExp(label));
  }
  assert.equal(await page.evaluate(() => document.activeElement.value), "no spaces, please!");
  assert.match(await shown(page, "attempts"), /^0/);

  await press(page, "every field");
  await press(page, "Create user");
  await status(page, "createUser() returned");
  assert.equal(await page.locator("[aria-invalid=true]").count(), 0);
  assert.deepEqual(complaints, []);
});

test("a_taken_uid_shows_the_servers_code_message_details_and_status", async (t) => {
  const { page, complaints } = await open(t);
  await fill(page, { uid: "cometchat-uid-1" });
  await press(page, "Create user");
  await status(page, "createUser() failed with ERR_UID_ALREADY_EXISTS");
  assert.equal(await shown(page, "code"), "ERR_UID_ALREADY_EXISTS");
  assert.match(await shown(page, "message"), /cometchat-uid-1/);
  assert.ok(await shown(page, "details"));
  assert.equal(await shown(page, "status"), "400");
  assert.equal(await shown(page, "attempts"), "1");
  const uid = page.getByRole("textbox", { name: "uid", exact: true });
  assert.equal(await uid.getAttribute("aria-invalid"), "true");
  // The browser itself notes each refusal.
  assert.deepEqual(
    complaints.filter((text) => !text.includes("status of 400")),
    [],
  );
});

test("markup_in_a_name_is_shown_as_text", async (t) => {
  const { page, complaints } = await open(t);
  const name = `<img src=x onerror="document.title='owned'"><b>bold</b>`;
  await fill(page, { uid: "markup", name, metadata: JSON.stringify({ "<i>": name }) });
  await press(page, "Create user");
  await status(page, "createUser() returned markup");
  assert.equal(await shown(page, "name"), name);
  await panel(page, "Sign in");
  await press(page, "Sign in");
  await sessionIs(page, name);
  assert.equal(await page.locator("main :is(img, i), table b, #session *").count(), 0);
  assert.notEqual(await page.title(), "owned");
  assert.deepEqual(complaints, []);
});

test("the_code_shown_is_the_call_and_its_copy_holds_the_emulators_key", async (t) => {
  const { page } = await open(t, { permissions: ["clipboard-read", "clipboard-write"] });
  await fill(page, { uid: "kevin", name: 'Kevin "K"', tags: "vip" });
  const key = emulator.authKey;
  const expected = (
    shownKey,
  ) => `import { connectEmulator, createUser, init } from "cometchat-users";

connectEmulator("${emulator.url}");
await init("${emulator.appId}", {});

const user = await createUser(
  { uid: "kevin", name: "Kevin \\"K\\"", tags: ["vip"] },
  "${shownKey}",
);`;
  const masked = `${key.slice(0, 4)}…${key.slice(-4)}`;
  assert.equal(await page.locator("#code").textContent(), expected(masked));
  await press(page, "Copy");
  await page.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), expected(key));
});

test("a_running_call_blocks_the_buttons_and_can_be_aborted", async (t) => {
  const { page } = await open(t);
  // Never answered: only the abort ends it.
  await page.route("**/v3.0/users", () => {});
  await press(page, "Create user");
  await status(page, "createUser() is running…");
  assert.equal(await page.getByRole("button", { name: "Create user" }).isDisabled(), true);
  await press(page, "Abort");
  await status(page, "createUser() failed with REQUEST_ABORTED");
  assert.equal(await page.getByRole("button", { name: "Create user" }).isEnabled(), true);
});

test("the_page_works_by_keyboard_alone", async (t) => {
  const { page } = await open(t);
  await page.getByRole("textbox", { name: "uid", exact: true }).focus();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("typed");
  await page.keyboard.press("Enter");
  await status(page, "createUser() returned typed");
  await page.getByRole("link", { name: "Sign in", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const sign = page.getByRole("button", { name: "Sign in", exact: true });
  while (!(await sign.evaluate((button) => button === document.activeElement))) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Space");
  await sessionIs(page, "typed");
  assert.equal(await sign.evaluate((button) => button === document.activeElement), true);
});

test("nothing_is_wider_than_a_small_phone", async (t) => {
  const { page } = await open(t, { viewport: { width: 360, height: 740 } });
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  await fill(page, { uid: "u".repeat(100), name: "n".repeat(100) });
  await press(page, "Create user");
  await status(page, "createUser() returned");
  assert.equal(await width(), 360);
  await press(page, "mistakes");
  await press(page, "Create user");
  await status(page, "failed with");
  assert.equal(await width(), 360);
});

test("without_an_emulator_the_page_says_what_to_do", async (t) => {
  config.emulatorUrl = await unusedAddress();
  const { page } = await open(t);
  await page.getByRole("alert").filter({ hasText: "npm start" }).waitFor();
});

test("without_a_configuration_one_types_it_in_and_the_tab_remembers", async (t) => {
  config = undefined;
  const { page } = await open(t);
  const settings = page.getByRole("textbox", { name: "Emulator address" });
  assert.equal(await settings.inputValue(), "http://127.0.0.1:8090");
  await settings.fill(new URL(emulator.url).host);
  await page.getByRole("textbox", { name: "App id" }).fill(emulator.appId);
  await page.getByLabel("Auth key").fill(emulator.authKey);
  await press(page, "Connect");
  await status(page, "emulator, running");
  await page.reload();
  await press(page, "Create user");
  await status(page, "createUser() returned");
});

test("choosing_the_real_service_warns_and_keeps_the_key_out_of_the_copy", async (t) => {
  const { page } = await open(t, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByText("Connection settings").click();
  await page.getByRole("radio", { name: "CometChat service" }).check();
  await page.getByRole("combobox", { name: "Region" }).fill("eu");
  await press(page, "Connect");
  await page.getByText("You are talking to the real service.").waitFor();
  await press(page, "Copy");
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /init\("[^"]+", \{ region: "eu" \}\)/);
  assert.match(copied, /"YOUR_AUTH_KEY"/);
  assert.doesNotMatch(copied, /connectEmulator/);
  assert.equal(copied.includes(emulator.authKey), false);
});

/** An address of this machine at which nobody listens. */
async function unusedAddress() {
  const listener = createServer();
  await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return `http://127.0.0.1:${port}`;
}
