// The example apps: each is built with the packed package, as a user would, and driven in Chromium against an emulator
// in this process. docs/recipes.md shows their files as they are.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, beforeEach, describe, test } from "node:test";
import { createEmulator } from "cometchat-emulator";
import { appTools } from "../../scripts/toolbox.mjs";
import { launchBrowser } from "../support/browser.mjs";
import { usePackedPackage } from "../support/package.mjs";
import { environment, root, run } from "../support/programs.mjs";
import { serve } from "./matrix/server.mjs";

const packed = usePackedPackage();
const KEVIN = { uid: "kevin", name: "Kevin" };
const LISA = { uid: "lisa", name: "Lisa", avatar: "https://example.com/lisa.png" };
const APPS = ["react", "vue", "svelte", "next", "express"];
let emulator;
let listening;
let browser;

before(async () => {
  await appTools.install();
  emulator = await createEmulator({ users: [KEVIN, LISA] });
  listening = await emulator.listen();
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await listening?.close();
  emulator?.close();
});
beforeEach(() => emulator.reset());

const projects = new Map();
/** An example with its own copy of the package; the tools are found above it. */
async function project(name) {
  if (projects.has(name)) return projects.get(name);
  const folder = await packed.project(join("apps", name), {});
  projects.set(name, folder);
  const modules = join(folder, "../node_modules");
  if (!existsSync(modules)) {
    await symlink(join(appTools.folder, "node_modules"), modules, "junction");
  }
  await cp(join(root, "examples", name), folder, { recursive: true });
  return folder;
}

/** Runs a program of an example to its end. */
async function build(folder, program, args, env = {}) {
  const { code, stdout, stderr } = await run(appTools.program(program), args, { cwd: folder, env });
  assert.equal(code, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
}

/** Opens a page in a browser of its own; the test fails with what went wrong in the page. */
async function open(t, url, cookie) {
  const context = await browser.newContext();
  t.after(() => context.close());
  if (cookie) await context.addCookies([{ name: "uid", value: cookie, url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const { url: source } = message.location();
    // A browser logs each response with an error status.
    const isExpected = source.startsWith(listening.url) || source.endsWith("/favicon.ico");
    if (/error|warning/.test(message.type()) && !isExpected) complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

describe("a sign-in and a profile form", () => {
  const variables = () => ({
    VITE_COMETCHAT_APP_ID: emulator.appId,
    VITE_COMETCHAT_AUTH_KEY: emulator.authKey,
    VITE_COMETCHAT_EMULATOR: listening.url,
  });

  /** What a person does with the app, from the first sign-in to the last. */
  async function use(page) {
    const uid = page.getByLabel("User");
    const signIn = () => page.getByRole("button", { name: "Sign in" }).click();
    await uid.fill("nobody");
    await signIn();
    await page
      .getByRole("alert")
      .getByText(/nobody/)
      .waitFor();
    const again = page.getByRole("button", { name: "Try again" });
    if (await again.isVisible()) await again.click();
    await uid.fill("lisa");
    await signIn();
    await page.getByRole("heading", { name: "Lisa" }).waitFor();
    assert.equal(await page.getByLabel("Picture").inputValue(), LISA.avatar);

    await page.getByLabel("Name").fill("");
    await page.getByLabel("Picture").fill("no address");
    await page.getByLabel("Status").fill("in a meeting");
    const save = () => page.getByRole("button", { name: "Save" }).click();
    await save();
    await page.locator('[data-error="avatar"]:not(:empty)').waitFor();
    const errors = await page.locator("[data-error]").allTextContents();
    assert.deepEqual(
      errors.map((text) => text !== ""),
      [true, true, false],
    );
    assert.equal(await page.getByLabel("Status").inputValue(), "in a meeting");
    assert.equal(await page.locator('[aria-invalid="true"]').count(), 2);

    await page.getByLabel("Name").fill("Lisa B.");
    await page.getByLabel("Picture").fill("");
    await save();
    await page.getByRole("heading", { name: "Lisa B." }).waitFor();
    assert.deepEqual(await page.locator("[data-error]").allTextContents(), ["", "", ""]);
    const saved = (await emulator.users()).find(({ uid }) => uid === "lisa");
    assert.equal(saved.name, "Lisa B.");
    assert.equal(saved.statusMessage, "in a meeting");
    assert.ok(!saved.avatar);

    await page.getByRole("button", { name: "Sign out" }).click();
    await uid.fill("kevin");
    await signIn();
    await page.getByRole("heading", { name: "Kevin" }).waitFor();
  }

  for (const [name, mode] of [
    ["react", "production"],
    // With React's own checks: StrictMode runs effects twice.
    ["react", "development"],
    ["vue", "production"],
    ["svelte", "production"],
  ]) {
    test(`${name}, built for ${mode}`, async (t) => {
      const folder = await project(name);
      const outDir = `dist-${mode}`;
      const args = ["build", "--mode", mode, "--outDir", outDir, "--logLevel", "warn"];
      await build(folder, "vite", args, { ...variables(), NODE_ENV: mode });
      const server = await serve(join(folder, outDir));
      t.after(() => server.stop());
      const { page, complaints } = await open(t, server.url);
      await use(page);
      assert.deepEqual(complaints, []);
      const logins = (await emulator.requests())
        .map(({ path }) => /users\/(\w+)\/auth_tokens$/.exec(path)?.[1])
        .filter((uid) => uid && uid !== "nobody");
      assert.deepEqual(logins, ["lisa", "kevin"]);
    });
  }
});

test("express: a page that gets its token from a route", async (t) => {
  const folder = await project("express");
  const child = spawn(process.execPath, ["server.js"], {
    cwd: folder,
    env: environment({
      COMETCHAT_APP_ID: emulator.appId,
      COMETCHAT_REST_API_KEY: emulator.restApiKey,
      COMETCHAT_EMULATOR_HOST: new URL(listening.url).host,
      PORT: "0",
    }),
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(async () => {
    child.kill();
    await once(child, "close");
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value: url } = await lines.next();

  // Of somebody who is signed in to the app, for the first time.
  const known = await open(t, url, "ann");
  await known.page.getByText("Hello ann").waitFor();
  assert.deepEqual(known.complaints, []);
  assert.ok((await emulator.users()).some(({ uid }) => uid === "ann"));
  const unknown = await open(t, url);
  await unknown.page.getByText(/No token came .*401/).waitFor();
});

describe("the examples", () => {
  const read = (path) => readFileSync(join(root, path), "utf8");

  test("name the versions with which they are tried", () => {
    const tools = JSON.parse(read("tests/packaging/tools-apps/package.json")).devDependencies;
    const heavy = JSON.parse(read("tests/packaging/tools-heavy/package.json")).devDependencies;
    for (const name of APPS) {
      const { dependencies, devDependencies } = JSON.parse(read(`examples/${name}/package.json`));
      for (const [tool, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        const isOurs = /^cometchat-(users|emulator)$/.test(tool);
        assert.equal(version, isOurs ? "latest" : { ...heavy, ...tools }[tool], `${name}: ${tool}`);
      }
    }
  });

  test("are shown in docs/recipes.md as they are", () => {
    const text = read("docs/recipes.md");
    const shown = [...text.matchAll(/^`(examples\/.+?)`:\n\n```\w+\n(.*?)^```$/gms)];
    for (const [, path, code] of shown) assert.equal(code, read(path), path);
    for (const name of APPS) {
      assert.ok(
        shown.some(([, path]) => path.startsWith(`examples/${name}/`)),
        name,
      );
    }
    assert.equal(shown.length, text.match(/^```(?!sh)\w+$/gm).length);
  });
});
