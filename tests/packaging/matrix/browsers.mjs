// The browsers of the matrix. Each starts when the first row needs it, and keeps a page open until the page
// has written what the calls returned.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launchBrowser } from "../../support/browser.mjs";
import { groups } from "../../support/tools.mjs";

const TIMEOUT_MS = 30_000;

/** @typedef {{ text: string, complaints: string[] }} Visit What a page has written, and what went wrong in it. */

/** Runs before a page's own scripts: records what the page's Content-Security-Policy blocks. */
const watch = () => {
  globalThis.violations = [];
  addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
    globalThis.violations.push(`Content-Security-Policy: ${effectiveDirective} ${blockedURI}`);
  });
};
const violations = () => globalThis.violations;

/** @returns a Chromium, driven by Playwright. */
export async function chromium() {
  const browser = await launchBrowser();
  return {
    name: "Chromium",
    version: browser.version(),
    /** @returns {Promise<Visit>} */
    async visit(url, isExpected, cookie) {
      const context = await browser.newContext();
      try {
        if (cookie) await context.addCookies([cookie]);
        const page = await context.newPage();
        await page.addInitScript(watch);
        const complaints = [];
        page.on("pageerror", (error) => complaints.push(String(error)));
        page.on("console", (message) => {
          if (message.type() === "error" && !isExpected(message.location().url)) {
            complaints.push(message.text());
          }
        });
        await page.goto(url);
        const output = page.locator("output:not(:empty)");
        await output.waitFor({ state: "attached", timeout: TIMEOUT_MS }).catch(() => undefined);
        const text = (await output.count()) > 0 ? await output.textContent() : "";
        return { text, complaints: [...complaints, ...(await page.evaluate(violations))] };
      } finally {
        await context.close();
      }
    },
    close: () => browser.close(),
  };
}

/** @returns a Firefox, driven by Puppeteer through WebDriver BiDi; `FIREFOX_PATH` names its program. */
export async function firefox() {
  const { default: puppeteer } = await import(
    pathToFileURL(groups.heavy.require.resolve("puppeteer-core")).href
  );
  const profile = await mkdtemp(join(tmpdir(), "cometchat-users-firefox-"));
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX_PATH || "/usr/bin/firefox-esr",
    headless: true,
    userDataDir: profile,
    env: { ...process.env, HOME: profile },
  });
  return {
    name: "Firefox",
    version: (await browser.version()).replace(/^firefox\//i, ""),
    /** @returns {Promise<Visit>} */
    async visit(url, isExpected) {
      const context = await browser.createBrowserContext();
      try {
        const page = await context.newPage();
        await page.evaluateOnNewDocument(watch);
        const complaints = [];
        page.on("pageerror", (error) => complaints.push(String(error)));
        page.on("console", (message) => {
          if (message.type() === "error" && !isExpected(message.location().url ?? "")) {
            complaints.push(message.text());
          }
        });
        await page.goto(url);
        const output = await page
          .waitForSelector("output:not(:empty)", { timeout: TIMEOUT_MS })
          .catch(() => undefined);
        const text = (await output?.evaluate(({ textContent }) => textContent)) ?? "";
        return { text, complaints: [...complaints, ...(await page.evaluate(violations))] };
      } finally {
        await context.close();
      }
    },
    async close() {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
