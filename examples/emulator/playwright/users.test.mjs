// vite build --mode test && vite preview --port 4173
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";

const { PAGE = "http://localhost:4173/", CHROME_PATH = "/usr/bin/chromium" } = process.env;
let browser;
let page;
before(async () => {
  browser = await chromium.launch({ executablePath: CHROME_PATH, args: ["--no-sandbox"] });
});
after(() => browser.close());
beforeEach(async () => {
  page = await browser.newPage();
  await page.goto(PAGE);
  await page.waitForSelector("[data-ready]");
});

const create = async () => {
  await page.click("button");
  return page.locator("output:not(:empty)").textContent();
};

test("the page creates a user", async () => {
  assert.equal(await create(), "created Kevin");
  const users = await page.evaluate(() => window.emulator.users());
  assert.ok(users.some(({ uid }) => uid === "kevin"));
});

test("the page shows an error of the service", async () => {
  await page.evaluate(() => window.emulator.seed([{ uid: "kevin", name: "Kevin" }]));
  assert.equal(await create(), "ERR_UID_ALREADY_EXISTS");
});
