// What the tests of the demo page share: the built page, served by a real emulator, in a real browser, with a
// record of everything that the browser complains about.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach } from "node:test";
import { build } from "vite";
import { startEmulator } from "../../scripts/emulator.mjs";
import { root } from "../../scripts/setup.mjs";
import { launchBrowser } from "../support/browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const DESKTOP = { width: 1360, height: 900 };
const CONTRAST = ["color-contrast"];

/**
 * The windows and colours in which everything has to work. All of axe-core's rules are tried once in each
 * size and once in each theme; in the other combinations, only those about colours.
 */
export const LOOKS = [
  { title: "a desktop, light", options: { viewport: DESKTOP, colorScheme: "light" } },
  {
    title: "a desktop, dark",
    options: { viewport: DESKTOP, colorScheme: "dark" },
    rules: CONTRAST,
  },
  {
    title: "a phone, light",
    options: { viewport: { width: 390, height: 844 }, colorScheme: "light" },
    rules: CONTRAST,
  },
  {
    title: "a phone, dark",
    options: { viewport: { width: 360, height: 740 }, colorScheme: "dark" },
  },
];

/** Builds the page into a folder that is removed when the process ends. */
export async function buildPage() {
  const folder = mkdtempSync(join(tmpdir(), "demo-page-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await build({
    root: `${root}www`,
    configFile: `${root}www/vite.config.ts`,
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: true },
  });
  return folder;
}

/** Builds the page and starts the emulator and the browser, for all tests of the file. */
export function useDemo() {
  const demo = {};
  before(async () => {
    demo.folder = await buildPage();
    demo.emulator = await startEmulator({ args: ["--page", demo.folder] });
    demo.browser = await launchBrowser();
    Object.assign(demo, around(demo.emulator, demo.browser));
  });
  after(async () => {
    await demo.browser?.close();
    await demo.emulator?.stop();
  });
  beforeEach(() => demo.emulator.reset());

  /** The same for one test, with an emulator of its own, so that it can run beside others. */
  demo.alone = async (t) => {
    const emulator = await startEmulator({ args: ["--page", demo.folder] });
    t.after(() => emulator.stop());
    return around(emulator, demo.browser);
  };
  return demo;
}

/** What tests do with an emulator and its page. */
function around(emulator, browser) {
  const ask = async (method, path, body, headers) => {
    const reply = await fetch(`${emulator.url}${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: body && JSON.stringify(body),
    });
    return reply.json();
  };
  return {
    emulator,

    /**
     * A page in a browser of its own, ready for use. `complaints` is what was on the console, and
     * `violations` what the Content-Security-Policy blocked.
     */
    async open(t, { url = emulator.url, ...options } = {}) {
      const context = await browser.newContext({
        permissions: ["clipboard-read", "clipboard-write"],
        // Otherwise every click waits for smooth scrolling.
        reducedMotion: "reduce",
        ...options,
      });
      t.after(() => context.close());
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      const [complaints, violations] = [[], []];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("dialog", (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
      await page.exposeFunction("tellViolation", (text) => violations.push(text));
      await page.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", (event) => {
          globalThis.tellViolation(
            `${event.violatedDirective}: ${event.blockedURI} ${event.sample}`,
          );
        });
      });
      await page.goto(url);
      await page.waitForFunction(() => performance.getEntriesByName("interactive").length > 0);
      return { page, complaints, violations };
    },

    /** A request with the REST API key, past the page: asks the server itself what it holds. */
    rest: (method, path, body) =>
      ask(method, `/v3${path}`, body, { appId: emulator.appId, apiKey: emulator.restApiKey }),

    /** A request to the emulator's own routes. */
    own: async (method, path, body) => (await ask(method, `/__emulator${path}`, body)).data,
  };
}

/** The browser itself logs each reply with an error status and each broken connection. */
export const ownWords = (complaints) =>
  complaints.filter((text) => !text.startsWith("Failed to load resource: "));

/**
 * Asserts that no rule of axe-core is broken, however minor, and that nothing is wider than the window.
 *
 * @param {string[]} [rules] Only these.
 */
export async function isSound(page, state, rules) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const found = await page.evaluate(async (rules) => {
    const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
    const { violations } = await globalThis.axe.run(options);
    return violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
    }));
  }, rules);
  assert.deepEqual(found, [], state);
  const [wide, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    innerWidth,
  ]);
  assert.ok(wide <= window, `${state}: ${wide} pixels in a window of ${window}`);
}

/** Opens a panel; returns its locator. */
export async function panel(page, name) {
  await page.getByRole("tab", { name, exact: true }).click();
  return page.getByRole("tabpanel", { name, exact: true });
}

export async function fill(within, fields) {
  for (const [label, value] of Object.entries(fields)) {
    await within.getByRole("textbox", { name: label, exact: true }).fill(value);
  }
}

export const press = (within, name) => within.getByRole("button", { name, exact: true }).click();

/** Waits for what the page says of the last call. */
export const says = (page, text) => page.locator("#status", { hasText: text }).waitFor();

/** A fact of the user or the error that is shown. */
export const fact = (page, name) =>
  page
    .locator("#result dt", { hasText: new RegExp(`^${name}$`) })
    .locator("xpath=following-sibling::dd[1]")
    .textContent();

export const sessionIs = (page, text) => page.locator("#session", { hasText: text }).waitFor();
