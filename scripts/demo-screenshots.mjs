// `npm run demo:screenshots`: pictures of the demo page's main states, for README.md and docs/demo.md, in
// docs/screenshots. Needs the built page (`npm run build`); uses pngquant where it is installed.

import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { launchBrowser } from "../tests/support/browser.mjs";
import { startEmulator } from "./emulator.mjs";
import { announce, chromium, root } from "./setup.mjs";

const folder = `${root}docs/screenshots`;
const DESKTOP = { viewport: { width: 1360, height: 940 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };
const [LIGHT, DARK] = [{ colorScheme: "light" }, { colorScheme: "dark" }];

const MEMBERS = [
  ["grace", "Grace Hopper", "Chasing a moth", ["vip", "compilers"]],
  ["katherine", "Katherine Johnson", "Checking the numbers", ["orbits"]],
  ["radia", "Radia Perlman", "Spanning a tree", ["networks", "vip"]],
  ["margaret", "Margaret Hamilton", "Guiding Apollo", ["software"]],
  ["hedy", "Hedy Lamarr", "Hopping frequencies", ["radio"]],
  ["barbara", "Barbara Liskov", "Substituting", ["languages"]],
  ["frances", "Frances Allen", "Optimizing", ["compilers"]],
  ["jean", "Jean Bartik", "Wiring the ENIAC", ["hardware", "vip"]],
  ["karen", "Karen Spärck Jones", "Weighing terms", ["search"]],
  ["mary", "Mary Kenneth Keller", "Teaching BASIC", ["teaching"]],
  ["evelyn", "Evelyn Boyd Granville", "Tracking satellites", ["orbits"]],
];

let browser;
let emulator;

/** A page in its first state. */
async function open(look) {
  const context = await browser.newContext({
    locale: "en-GB",
    reducedMotion: "reduce",
    ...look,
  });
  const page = await context.newPage();
  await page.goto(emulator.url);
  await page.locator("#health", { hasText: "running" }).waitFor();
  await page.locator("#users tr").first().waitFor();
  return page;
}

const panel = async (page, name) => {
  await page.getByRole("tab", { name, exact: true }).click();
  return page.getByRole("tabpanel", { name, exact: true });
};
const press = (within, name) => within.getByRole("button", { name, exact: true }).click();
const says = (page, text) => page.locator("#status", { hasText: text }).waitFor();

async function updated(page) {
  await page.locator("#users tr", { hasText: "Grace Hopper" }).click();
  const update = page.getByRole("tabpanel", { name: "Update", exact: true });
  await update.getByRole("textbox", { name: "statusMessage" }).fill("Debugging the Mark II");
  await update.getByRole("textbox", { name: "tags" }).pressSequentially("navy,");
  await update
    .getByRole("textbox", { name: "metadata" })
    .fill('{ "rank": "Rear Admiral", "ship": "USS Hopper" }');
  await press(update, "Update user");
  await says(page, "updateUser() returned grace");
  await page.evaluate(() => scrollTo(0, 0));
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.activeElement.blur());
}

/** Each picture: its name, the window, and what is done on the page before. */
const PICTURES = [
  ["update-light", { ...DESKTOP, ...LIGHT }, updated],
  [
    "faults-dark",
    { ...DESKTOP, ...DARK },
    async (page) => {
      await updated(page);
      const faults = page.getByRole("region", { name: "Try a fault" });
      const create = await panel(page, "Create");
      const fault = async (name, often, retries, outcome) => {
        await faults.getByLabel("How often").selectOption(often);
        await faults.getByLabel("Retries").selectOption(retries);
        await faults.getByRole("switch", { name }).click();
        await page.locator("#faults-status", { hasText: "1 fault set." }).waitFor();
        await press(create, "every field");
        await press(create, "Create user");
        await says(page, outcome);
        await page.locator("#faults-status", { hasText: "No fault is set." }).waitFor();
      };
      await fault("500", "the first time", "none", "ERR_EXCEPTION");
      await fault("Garbage", "the first time", "none", "INVALID_RESPONSE");
      await press(create, "mistakes");
      await press(create, "Create user");
      await says(page, "INVALID_UID");
      await fault("429", "the first two times", "2 (default)", "3 attempts");
      await faults.getByRole("switch", { name: "Stalled" }).click();
      await page.locator("#faults-status", { hasText: "1 fault set." }).waitFor();
      await press(create, "every field");
      await press(create, "Create user");
      await page.getByRole("progressbar").waitFor();
      await press(page, "Cancel the call");
      await says(page, "REQUEST_ABORTED");
      await faults.evaluate((element) => element.scrollIntoView());
      await page.mouse.move(0, 0);
      await page.evaluate(() => document.activeElement.blur());
    },
  ],
  [
    "mistakes-light",
    { ...DESKTOP, ...LIGHT },
    async (page) => {
      const create = await panel(page, "Create");
      await press(create, "mistakes");
      await press(create, "Create user");
      await says(page, "INVALID_UID");
      await page.locator("#calls").evaluate((element) => element.scrollIntoView());
    },
  ],
  [
    "users-dark",
    { ...DESKTOP, ...DARK },
    async (page) => {
      await page.locator("#users-section").evaluate((element) => element.scrollIntoView());
    },
  ],
  ["start-phone-dark", { ...PHONE, ...DARK }, async () => {}],
  [
    "result-phone-light",
    { ...PHONE, ...LIGHT },
    async (page) => {
      await updated(page);
      await page.locator("#outcome").evaluate((element) => element.scrollIntoView());
    },
  ],
];

async function furnish() {
  await emulator.reset();
  const users = MEMBERS.map(([uid, name, statusMessage, tags]) => ({
    uid,
    name,
    statusMessage,
    tags,
    link: `https://example.com/${uid}`,
  }));
  await fetch(`${emulator.url}/__emulator/seed`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ users }),
  });
}

mkdirSync(folder, { recursive: true });
announce(`Taking ${PICTURES.length} pictures`, "about half a minute");
process.env.CHROME_PATH ||= chromium().browser;
emulator = await startEmulator({ args: ["--page", `${root}www/dist`, "--no-seed"] });
browser = await launchBrowser();
for (const [name, look, prepare] of PICTURES) {
  await furnish();
  const page = await open(look);
  await prepare(page);
  // Images and the form's checks appear a moment after what caused them.
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map(({ finished }) => finished)),
  );
  const path = `${folder}/${name}.png`;
  await page.screenshot({ path });
  spawnSync("pngquant", ["--force", "--ext", ".png", "--skip-if-larger", "64", path]);
  console.log(`${path.slice(root.length)}  ${Math.round(statSync(path).size / 1000)} KB`);
  await page.context().close();
}
await browser.close();
await emulator.stop();
