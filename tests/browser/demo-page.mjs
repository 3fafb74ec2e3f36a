// What the tests of the demo page share: the built page in a real browser, served by an emulator or by a static host
// where there is no emulator but the one in the page, with a record of everything that the browser complains about.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach } from "node:test";
import { build } from "vite";
import { startEmulator } from "../../scripts/emulator.mjs";
import { root } from "../../scripts/setup.mjs";
import { serve } from "../packaging/matrix/server.mjs";
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

/** Builds the page into a folder that is removed when the process ends; a static host may serve it below a path. */
async function buildPage() {
  const top = mkdtempSync(join(tmpdir(), "demo-page-"));
  process.once("exit", () => rmSync(top, { recursive: true, force: true }));
  const folder = join(top, PATH);
  await build({
    root: `${root}www`,
    configFile: `${root}www/vite.config.ts`,
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: true },
  });
  return { top, folder };
}
const PATH = "some/where/";
let built;

/** A static host with the page. */
export async function serveStatic() {
  const host = await serve((await built).top);
  return { ...host, url: host.url + PATH };
}

/** Where the emulator is that a page finds by itself. */
export const HOMES = { "an emulator's page": useServer, "a static page": useStatic };

/** Builds the page and starts the browser and what else is needed, for all tests of the suite. */
function useBrowser(demo, start, stop) {
  before(async () => {
    built ??= buildPage();
    demo.folder = (await built).folder;
    demo.browser = await launchBrowser();
    await start();
  });
  after(async () => {
    await demo.browser?.close();
    await stop();
  });
}

/** The page that an emulator serves. */
export function useServer() {
  const demo = { isStatic: false };
  const start = async () => {
    const emulator = await startEmulator({ args: ["--page", demo.folder] });
    const ask = async (method, path, body, headers) => {
      const reply = await fetch(`${emulator.url}${path}`, { method, headers, body });
      return reply.json();
    };
    return { emulator, ask, context: () => demo.browser.newContext(CONTEXT) };
  };
  useBrowser(
    demo,
    async () => Object.assign(demo, around(await start())),
    () => demo.emulator?.stop(),
  );
  beforeEach(() => demo.emulator.reset());

  /** The same for one test, with an emulator of its own, so that it can run beside others. */
  demo.alone = async (t) => {
    const home = await start();
    t.after(() => home.emulator.stop());
    return around(home);
  };
  return demo;
}

/** The page on a static host, where no emulator answers. */
export function useStatic() {
  const demo = { isStatic: true };
  let host;
  const start = async () => {
    const context = await demo.browser.newContext(CONTEXT);
    // A developer may have an emulator there.
    await context.route("http://127.0.0.1:8090/**", (route) => route.abort());
    // Shares the worker with the tabs of the page, and has no policy that forbids that.
    const tab = await context.newPage();
    await tab.goto(`${host.url}icon.svg`);
    const names = readdirSync(`${demo.folder}/assets`);
    const worker = `assets/${names.find((name) => /^engine-worker.*\.js$/.test(name))}`;
    const ask = (method, path, body, headers) =>
      tab.evaluate(askWorker, [worker, { method, path, body, headers: Object.entries(headers) }]);
    const emulator = {
      url: host.url,
      appId: "APP_ID",
      authKey: "AUTH_KEY",
      restApiKey: "REST_API_KEY",
    };
    return { emulator, ask, context: () => context };
  };
  const serve = async () => {
    host = await serveStatic();
  };
  useBrowser(demo, serve, () => host?.stop());
  beforeEach(async () => Object.assign(demo, around(await start())));

  demo.alone = async () => around(await start());
  return demo;
}

/** Runs in a tab: sends a request to the engine's worker, and gives the JSON of the reply. */
function askWorker([worker, { method, path, body = null, headers }]) {
  const { port } = new SharedWorker(new URL(worker, location.href), { type: "module" });
  const { port1, port2 } = new MessageChannel();
  const url = `http://in-this-page.localhost${path}`;
  port.postMessage({ url, method, headers, body }, [port2]);
  return new Promise((resolve, reject) => {
    port1.onmessage = ({ data }) => {
      if (data.error) reject(new Error(data.error));
      else resolve(JSON.parse(new TextDecoder().decode(data.body)));
    };
  });
}

const CONTEXT = {
  permissions: ["clipboard-read", "clipboard-write"],
  // Otherwise every click waits for smooth scrolling.
  reducedMotion: "reduce",
};

/** What tests do with an emulator and its page. */
function around({ emulator, ask, context: contextOf }) {
  const send = (method, path, body, headers = {}) =>
    ask(method, path, body && JSON.stringify(body), {
      "content-type": "application/json",
      ...headers,
    });
  return {
    emulator,

    /**
     * A page in a browser of its own, ready for use. `complaints` is what was on the console, and
     * `violations` what the Content-Security-Policy blocked.
     */
    async open(t, { url = emulator.url, viewport, colorScheme } = {}) {
      const context = await contextOf();
      t.after(() => context.close());
      const page = await context.newPage();
      if (viewport) await page.setViewportSize(viewport);
      if (colorScheme) await page.emulateMedia({ colorScheme });
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

    /** A request with the REST API key, past the page: asks the emulator itself what it holds. */
    rest: (method, path, body) =>
      send(method, `/v3${path}`, body, { appId: emulator.appId, apiKey: emulator.restApiKey }),

    /** A request to the emulator's own routes. */
    own: async (method, path, body) => (await send(method, `/__emulator${path}`, body)).data,
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
