// The demo page as a visitor uses it: every form, error, fault and table, in windows the size of a phone and of
// a desktop, in light and dark, against a real emulator and without one.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { root } from "../../scripts/setup.mjs";
import {
  isSound as checkSoundness,
  fact,
  fill,
  HOMES,
  LOOKS,
  ownWords,
  panel,
  press,
  says,
  sessionIs,
} from "./demo-page.mjs";

const result = (page) => page.getByRole("region", { name: "What came back" });
const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

const POST_USER = { method: "POST", path: "/users" };
const posts = (requests) => requests.filter(({ method }) => method === "POST");

for (const [home, useDemo] of Object.entries(HOMES)) {
  describe(home, () => {
    const demos = useDemo();
    // The looks are the same in both: the second time, those that all of axe-core's rules are tried in.
    const looks = demos.isStatic ? LOOKS.filter(({ rules }) => !rules) : LOOKS;

    for (const { title, ...look } of looks) {
      describe(`on ${title}`, { concurrency: true }, () => {
        const isSound = (page, state) => checkSoundness(page, state, look.rules);
        test("the_forms_and_their_results", async (t) => {
          const demo = await demos.alone(t);
          const { page, complaints, violations } = await demo.open(t, look.options);
          await page.locator("#health", { hasText: "running" }).waitFor();
          const place = demos.isStatic ? "in this page" : new URL(demo.emulator.url).host;
          assert.equal(await page.locator("#server").textContent(), place);
          await isSound(page, "at the start");

          const create = await panel(page, "Create");
          await fill(create, { uid: "Kevin-1", name: "Kevin", metadata: '{"plan":"pro"}' });
          await create.getByLabel("tags", { exact: true }).pressSequentially("vip,beta");
          await press(create, "Format the JSON");
          assert.equal(await create.getByLabel("metadata").inputValue(), '{\n  "plan": "pro"\n}');
          await press(create, "Create user");
          await says(page, "createUser() returned kevin-1 in");
          const card = page.getByRole("article", { name: "User" });
          assert.equal(await card.locator(".name").textContent(), "Kevin");
          assert.equal(await card.locator(".portrait").textContent(), "K");
          assert.deepEqual(await card.getByRole("listitem").allTextContents(), ["vip", "beta"]);
          const shown = JSON.parse(
            await page.getByRole("group", { name: "The user as JSON" }).textContent(),
          );
          const { data } = await demo.rest("GET", "/users/kevin-1");
          assert.deepEqual(shown.metadata, data.metadata);
          assert.deepEqual(data.tags, ["vip", "beta"]);
          await isSound(page, "with a user");

          // The update form holds the new user: only what changes there is sent.
          const update = await panel(page, "Update");
          assert.equal(await update.getByLabel("name", { exact: true }).inputValue(), "Kevin");
          await fill(update, { name: "Kevin II", link: "https://example.com/kevin" });
          await press(update, "clear tags");
          assert.deepEqual(await update.locator(".note.active").allTextContents(), [
            "changes",
            "changes",
            "is cleared",
          ]);
          await press(update, "Update user");
          await says(page, "updateUser() returned kevin-1 in");
          const requests = await demo.own("GET", "/requests");
          const sent = requests.find(({ method }) => method === "PUT");
          assert.deepEqual(sent.body, {
            name: "Kevin II",
            link: "https://example.com/kevin",
            tags: [],
          });
          const changed = await result(page).locator(".diff tbody tr").allTextContents();
          assert.ok(changed.includes("nameKevinKevin II"), changed.join());
          assert.ok(changed.includes('tags["vip","beta"]–'), changed.join());
          assert.equal(
            changed.some((row) => row.startsWith("metadata")),
            false,
          );
          const link = card.getByRole("link");
          assert.equal(await link.getAttribute("href"), "https://example.com/kevin");
          assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
          await isSound(page, "with a difference");

          const signIn = await panel(page, "Sign in");
          await press(signIn, "Sign in");
          await sessionIs(page, "Kevin II (kevin-1)");
          assert.match(await fact(page, "authToken"), /^.{4}….{4}$/);

          const self = await panel(page, "Update yourself");
          const role = self.getByLabel("role", { exact: true });
          assert.equal(await role.isDisabled(), true);
          assert.equal(await role.inputValue(), "default");
          const reason = (await role.getAttribute("aria-describedby")).split(" ")[0];
          assert.match(await page.locator(`#${reason}`).textContent(), /updateUser\(\) and a key/);
          await self.locator(".read-only summary").click();
          assert.match(await self.locator(".kept").textContent(), /createdAt\D+\d/);
          await fill(self, { statusMessage: "in a meeting" });
          await press(self, "Update yourself");
          await says(page, "updateCurrentUserDetails() returned kevin-1 in");
          assert.equal(await card.locator(".says").textContent(), "in a meeting");
          await isSound(page, "signed in");

          const other = await panel(page, "Fetch");
          await fill(other, { uid: "cometchat-uid-2" });
          await page.route("https://assets.cometchat.io/**", (route) => route.abort());
          await press(other, "Fetch user");
          await says(page, "getUser() returned cometchat-uid-2 in");
          assert.equal(
            await card.locator("span.portrait").textContent(),
            "GA",
            "no picture: initials",
          );

          await press(page, "Sign out");
          await says(page, "logout() ended in");
          await sessionIs(page, "nobody");

          const log = page.getByRole("region", { name: "Log of calls" });
          const calls = await log.locator("tbody tr td:nth-child(2)").allTextContents();
          assert.deepEqual(calls, [
            "logout()",
            "getUser()",
            "updateCurrentUserDetails()",
            "login()",
            "updateUser()",
            "createUser()",
          ]);
          await log.locator("tbody tr").last().getByRole("button").first().click();
          assert.equal(await card.locator(".name").textContent(), "Kevin", "a former result again");
          await isSound(page, "with a log");
          assert.deepEqual(ownWords(complaints), []);
          assert.deepEqual(violations, []);
        });

        test("the_errors", async (t) => {
          const demo = await demos.alone(t);
          const { page, complaints } = await demo.open(t, look.options);
          const fields = ["uid", "name", "avatar", "link", "role", "metadata", "tags"];
          const create = await panel(page, "Create");
          const field = (label) => create.getByRole("textbox", { name: label, exact: true });
          const message = async (label) => {
            const ids = (await field(label).getAttribute("aria-describedby")).split(" ");
            return page.locator(`#${ids[1]}`).textContent();
          };

          // Before anything is sent.
          await press(create, "mistakes");
          for (const label of fields) {
            await create.locator(`[aria-invalid=true][id$="-${label}"]`).waitFor();
            // Where the JSON is broken, its own line says so, and nothing else does.
            const expected = label === "metadata" ? /^$/ : new RegExp(`^${label}`);
            assert.match(await message(label), expected);
          }
          assert.match(await create.locator(".json-note").textContent(), /^Line 2, column 3: /);
          assert.equal(await create.locator(".chip.wrong").count(), 1);
          assert.deepEqual(await demo.own("GET", "/requests?limit=1000").then(posts), []);
          await isSound(page, "with mistakes");

          await press(create, "Create user");
          await says(page, "createUser() failed with INVALID_UID");
          assert.match(await fact(page, "attempts"), /^0/);
          for (const label of fields)
            assert.match(await fact(page, "fieldErrors"), new RegExp(label));
          assert.match(
            await result(page).locator(".advice").textContent(),
            /fields that are marked/,
          );
          assert.equal(
            await page.evaluate(() => document.activeElement.value),
            "no spaces, please!",
          );
          await isSound(page, "with an error");

          await press(create, "Show where the JSON is wrong");
          assert.equal(await page.evaluate(() => document.activeElement.selectionStart), 19);

          await press(create, "every field");
          await fill(create, { uid: "cometchat-uid-1" });
          await press(create, "Create user");
          await says(page, "createUser() failed with ERR_UID_ALREADY_EXISTS");
          assert.equal(await result(page).locator(".code").textContent(), "ERR_UID_ALREADY_EXISTS");
          assert.match(await result(page).locator(".message").textContent(), /cometchat-uid-1/);
          assert.ok(await fact(page, "details"));
          assert.equal(await fact(page, "status"), "400");
          assert.match(await result(page).locator(".advice").textContent(), /another uid/);
          assert.equal(await field("uid").getAttribute("aria-invalid"), "true");
          await fill(create, { uid: "another" });
          await press(create, "Create user");
          await says(page, "createUser() returned another");
          assert.equal(await create.locator("[aria-invalid=true]").count(), 0);

          const update = await panel(page, "Update");
          await fill(update, { uid: "nobody", name: "Nobody" });
          await press(update, "Update user");
          await says(page, "updateUser() failed with ERR_UID_NOT_FOUND");

          const self = await panel(page, "Update yourself");
          await self.getByText("Nobody is signed in.").waitFor();
          await press(self, "Update yourself");
          await says(page, "updateCurrentUserDetails() failed with USER_NOT_LOGGED_IN");
          await press(self, "Sign in first");

          const signIn = page.getByRole("tabpanel", { name: "Sign in" });
          await fill(signIn, { uid: "nobody" });
          await press(signIn, "Sign in");
          await says(page, "login() failed with ERR_UID_NOT_FOUND");
          await signIn.getByLabel("authToken", { exact: true }).fill("unknown_token");
          await press(signIn, "Sign in with the token");
          await says(page, "login() failed with AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
          await isSound(page, "with a failed sign-in");
          assert.deepEqual(ownWords(complaints), []);
        });

        test("the_faults_and_the_cancel_button", async (t) => {
          const demo = await demos.alone(t);
          const { page, complaints } = await demo.open(t, look.options);
          const faults = page.getByRole("region", { name: "Try a fault" });
          const create = await panel(page, "Create");
          const turn = (name) => faults.getByRole("switch", { name, exact: true }).click();
          const choose = (name, option) =>
            faults.getByRole("combobox", { name, exact: true }).selectOption(option);
          const isSet = (text) => page.locator("#faults-status", { hasText: text }).waitFor();
          const send = async (uid) => {
            await fill(create, { uid });
            await press(create, "Create user");
          };

          await turn("429");
          await isSet("1 fault set.");
          await send("retried");
          await says(page, /createUser\(\) returned retried in .*, 2 attempts/);
          assert.equal(await result(page).locator(".requests li").count(), 2);
          await faults.getByText("hit 1 time, off again").waitFor();
          await isSet("No fault is set.");

          await choose("How often", "always");
          await choose("Retries", "none");
          await turn("500");
          await isSet("1 fault set.");
          await isSound(page, "with a fault");
          await send("failed");
          await says(page, "createUser() failed with ERR_EXCEPTION");
          assert.equal(await fact(page, "status"), "500");
          assert.equal(await fact(page, "retryable"), "true");
          await turn("500");
          await isSet("No fault is set.");

          for (const [name, code] of [
            ["Dropped", "FAILED_TO_FETCH"],
            ["Garbage", "INVALID_RESPONSE"],
          ]) {
            await turn(name);
            await isSet("1 fault set.");
            await send("failed");
            await says(page, `createUser() failed with ${code}`);
            await press(faults, "Switch all off");
            await isSet("No fault is set.");
          }

          await turn("Stalled");
          await isSet("1 fault set.");
          await choose("Time limit", "1 s");
          await send("stalled");
          await page.getByRole("progressbar").waitFor();
          await says(page, "createUser() failed with REQUEST_TIMEOUT after");
          assert.equal(await page.getByRole("progressbar").isVisible(), false);

          await choose("Time limit", "30 s (default)");
          await send("cancelled");
          await page.locator("#progress-text", { hasText: /attempt 1 · \d/ }).waitFor();
          await isSound(page, "with a running call");
          const button = create.getByRole("button", { name: "Create user" });
          assert.equal(await button.getAttribute("aria-disabled"), "true");
          await button.click({ force: true });
          await press(create, "Cancel");
          await says(page, "createUser() failed with REQUEST_ABORTED");
          await send("cancelled again");
          await says(page, "createUser() failed with INVALID_UID");
          await send("cancelled");
          await press(page, "Cancel the call");
          await says(page, "createUser() failed with REQUEST_ABORTED");
          const log = page.getByRole("region", { name: "Log of calls" });
          assert.equal(await log.locator("tbody tr").count(), 8, "one call at a time");

          await press(faults, "Switch all off");
          await isSet("No fault is set.");
          assert.deepEqual(await demo.own("GET", "/faults"), []);
          assert.deepEqual(ownWords(complaints), []);
        });

        test("the_table_of_users", async (t) => {
          const demo = await demos.alone(t);
          await demo.own("POST", "/seed", { count: 30, prefix: "member-" });
          const { page, complaints } = await demo.open(t, look.options);
          const users = page.getByRole("region", { name: "Users in the emulator" });
          const rows = users.locator("tbody tr");
          const count = (text) => page.locator("#users-status", { hasText: text }).waitFor();
          await count("35 users");
          assert.equal(await rows.count(), 10);
          await press(users, "Next");
          await rows.filter({ hasText: "member-14" }).waitFor();
          await press(users, "Last page");
          await users
            .getByRole("button", { name: "Next" })
            .and(page.locator(":disabled"))
            .waitFor();
          assert.equal(await page.locator("#users-page").inputValue(), "4");
          assert.equal(await rows.count(), 5);
          await page.locator("#users-page").fill("2");
          await page.locator("#users-page").press("Enter");
          await rows.filter({ hasText: "member-14" }).waitFor();

          await users.getByRole("searchbox").fill("nancy");
          await count("1 user with “nancy”");
          await rows.filter({ hasText: "Nancy Grace" }).click();
          const update = page.getByRole("tabpanel", { name: "Update", exact: true });
          assert.equal(
            await update.getByLabel("uid", { exact: true }).inputValue(),
            "cometchat-uid-3",
          );
          assert.equal(
            await update.getByLabel("name", { exact: true }).inputValue(),
            "Nancy Grace",
          );
          const uid = (await panel(page, "Sign in")).getByLabel("uid", { exact: true });
          assert.equal(await uid.inputValue(), "cometchat-uid-3");

          await users.getByRole("searchbox").fill("nobody of this name");
          await users.getByText("Nobody's uid or name begins with").waitFor();
          await isSound(page, "with an empty table");

          await users.getByRole("searchbox").fill("member-30");
          await count("1 user with");
          await press(users, "Delete member-30");
          const dialog = page.getByRole("dialog", { name: "Delete this user?" });
          await isSound(page, "with a question");
          await press(dialog, "Keep the user");
          assert.equal(await rows.count(), 1);
          await press(users, "Delete member-30");
          await press(dialog, "Delete the user");
          await count("0 users");
          assert.equal(
            (await demo.rest("GET", "/users/member-30")).error.code,
            "ERR_UID_NOT_FOUND",
          );
          assert.deepEqual(ownWords(complaints), []);
        });
      });
    }

    test("the_table_works_with_a_hundred_thousand_users", async (t) => {
      await demos.own("POST", "/seed", { count: 100_000, prefix: "member-" });
      const { page } = await demos.open(t);
      await page.locator("#users-status", { hasText: "100,005 users" }).waitFor();
      await page.getByRole("button", { name: "Last page" }).click();
      await page.locator("#users-pages", { hasText: "of 10,001" }).waitFor();
      await page.locator("#users tr", { hasText: "member-99999" }).waitFor();
      await page.getByRole("searchbox").fill("member-54321");
      await page.locator("#users-status", { hasText: "1 user with" }).waitFor();
      assert.ok((await page.locator("#users tr").count()) === 1);
    });

    test("the_page_follows_what_others_do_without_being_told", async (t) => {
      const { page } = await demos.open(t);
      await page.locator("#users-status", { hasText: "5 users" }).waitFor();
      await demos.rest("POST", "/users", { uid: "a-of-another", name: "From elsewhere" });
      await page.locator("#users tr", { hasText: "From elsewhere" }).waitFor();
    });

    test("what_takes_longer_than_300_ms_shows_that_it_runs_and_nothing_sooner", async (t) => {
      const { page } = await demos.open(t);
      const visible = () =>
        page.locator("#progress").evaluate((element) => getComputedStyle(element).visibility);
      // Answered too late: only the cancel button ends it.
      await demos.own("POST", "/faults", {
        match: POST_USER,
        action: { type: "delay", ms: 60_000 },
      });
      await press(page, "Create user");
      await says(page, "is running");
      const [delay] = await page
        .locator("#progress")
        .evaluate((element) =>
          element.getAnimations().map(({ effect }) => effect.getTiming().delay),
        );
      assert.equal(delay, 300);
      await page.getByRole("progressbar").waitFor();
      assert.equal(await visible(), "visible");
      await press(page, "Cancel the call");
      await says(page, "REQUEST_ABORTED");
    });

    test("results_come_without_moving_what_is_there", async (t) => {
      const { page } = await demos.open(t, LOOKS[0].options);
      await page.locator("#users tr").first().waitFor();
      await press(page, "every field");
      const places = () =>
        page.evaluate(() =>
          [
            "#panels form h3",
            "#panels [type=submit]",
            "#result",
            "#faults",
            "#log-title",
            "#users-title",
          ].map((place) =>
            Math.round(document.querySelector(place).getBoundingClientRect().top + scrollY),
          ),
        );
      const before = await places();
      await demos.own("POST", "/faults", {
        match: POST_USER,
        action: { type: "delay", ms: 4_000 },
      });
      await press(page, "Create user");
      await page.getByRole("progressbar").waitFor();
      assert.deepEqual(await places(), before, "while it runs");
      await says(page, "createUser() returned");
      await page.locator("#result img.portrait").waitFor();
      await page.locator("#users tr", { hasText: "Ada Lovelace" }).waitFor();
      assert.deepEqual(await places(), before, "with the result");
    });

    test("a_token_of_a_new_user_signs_in_and_is_shown_nowhere", async (t) => {
      const { page, complaints } = await demos.open(t);
      await page.getByRole("checkbox", { name: /^withAuthToken/ }).check();
      await press(page, "Create user");
      await says(page, "createUser() returned");
      const signIn = await panel(page, "Sign in");
      const authToken = await signIn.getByLabel("authToken", { exact: true }).inputValue();
      assert.match(authToken, /^demo-\w+_\w{20,}$/);
      await press(signIn, "Sign in with the token");
      await sessionIs(page, "Ada Lovelace");
      for (const request of await page.locator(".requests summary").all()) await request.click();
      await page.getByRole("button", { name: "Copy this request as cURL" }).first().click();
      const curl = await clipboard(page);
      assert.match(curl, /YOUR_AUTH_TOKEN/);
      await page.getByRole("button", { name: "Copy this call as code" }).click();
      const text = (await page.locator("body").textContent()) + curl + (await clipboard(page));
      for (const secret of [authToken, demos.emulator.authKey, demos.emulator.restApiKey]) {
        assert.equal(text.includes(secret), false);
      }
      assert.deepEqual(ownWords(complaints), []);
    });

    test("a_call_is_copied_as_code_that_runs_and_compiles_and_holds_no_key", async (t) => {
      const { page } = await demos.open(t);
      const create = await panel(page, "Create");
      await press(create, "every field");
      await fill(create, { uid: "kevin", name: 'Kevin "K"', avatar: "" });
      await press(create, "Create user");
      await says(page, "createUser() returned kevin");
      // Of the log, too: the form holds another user by now.
      await fill(create, { uid: "another" });
      await page.getByRole("button", { name: /^Show createUser/ }).click();
      const copy = async (language) => {
        await page.getByLabel("Language").selectOption(language);
        await page.getByRole("button", { name: "Copy this call as code" }).click();
        await page.getByRole("button", { name: "Copied: Copy this call as code" }).waitFor();
        return clipboard(page);
      };
      const script = await copy("JavaScript");
      const typed = await copy("TypeScript");
      for (const code of [script, typed]) {
        assert.equal(code.includes(`"${demos.emulator.authKey}"`), false);
        assert.match(code, demos.isStatic ? /emulator\.authKey/ : /"YOUR_AUTH_KEY"/);
      }
      // Below the root, so that it finds the package as an app would.
      const folder = `${root}target/demo-code`;
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${folder}/call.mts`, typed);
      const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext"];
      execFileSync(`${root}node_modules/.bin/tsc`, [...options, `${folder}/call.mts`], {
        cwd: folder,
      });
      await demos.rest("DELETE", "/users/kevin", { permanent: true });
      writeFileSync(`${folder}/call.mjs`, script.replace("YOUR_AUTH_KEY", demos.emulator.authKey));
      const output = execFileSync(process.execPath, [`${folder}/call.mjs`], { encoding: "utf8" });
      assert.match(output, /name: 'Kevin "K"'/);
    });

    test("the_theme_is_kept_and_set_before_anything_is_drawn", async (t) => {
      const { page } = await demos.open(t, { colorScheme: "light" });
      const paper = () =>
        page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const light = await paper();
      const theme = page.getByRole("combobox", { name: "Theme" });
      await theme.selectOption("light");
      assert.equal(await paper(), light);
      await theme.selectOption("dark");
      const dark = await paper();
      assert.notEqual(dark, light);
      await page.reload({ waitUntil: "commit" });
      await page.waitForFunction(() => document.querySelector("#theme")?.value === "dark");
      assert.equal(await paper(), dark);
    });
  });
}
