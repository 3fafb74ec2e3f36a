// The demo page with the keyboard alone: nothing here is clicked.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HOMES, says, sessionIs } from "./demo-page.mjs";

/** Presses Tab (or Shift+Tab) until the focus is there; gives up after one round through the page. */
async function tabTo(page, target, key = "Tab") {
  for (let presses = 0; presses < 150; presses++) {
    const isThere = await target.evaluateAll((found) => found[0] === document.activeElement);
    if (isThere) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${target} is not reached by ${key}`);
}

for (const [home, useDemo] of Object.entries(HOMES)) {
  describe(home, () => {
    const demo = useDemo();

    test("the_whole_flow_works_with_the_keyboard_alone", async (t) => {
      const { page } = await demo.open(t, { viewport: { width: 1360, height: 900 } });
      const keys = page.keyboard;
      const press = async (...names) => {
        for (const name of names) await keys.press(name);
      };
      const button = (name, within = page) => within.getByRole("button", { name, exact: true });
      const within = (name) => page.getByRole("tabpanel", { name, exact: true });
      const box = (panel, name) => within(panel).getByRole("textbox", { name, exact: true });

      await press("Tab");
      assert.equal(
        await page.evaluate(() => document.activeElement.textContent),
        "Skip to the calls",
      );
      await press("Enter");

      // Create, with tags and a checked JSON.
      await tabTo(page, box("Create", "uid"));
      await press("ControlOrMeta+A");
      await keys.type("typed");
      await tabTo(page, box("Create", "tags"));
      await keys.type("vip");
      await press("Enter");
      await keys.type("beta,gamma,");
      await press("Backspace");
      await press("Shift+Tab", "Shift+Tab");
      assert.equal(await page.evaluate(() => document.activeElement.ariaLabel), "Remove tag vip");
      await press("Space");
      await tabTo(page, box("Create", "metadata"));
      await keys.type('{"a":1}');
      await tabTo(page, button("Format the JSON", within("Create")));
      await press("Enter");
      await tabTo(page, box("Create", "name"), "Shift+Tab");
      await press("Enter");
      await says(page, "createUser() returned typed");
      const { data } = await demo.rest("GET", "/users/typed");
      assert.deepEqual([data.tags, data.metadata], [["beta"], { a: 1 }]);

      // From tab to tab with the arrows; only the selected one is a tab stop.
      await tabTo(page, page.getByRole("tab", { selected: true }), "Shift+Tab");
      await press("ArrowRight");
      await tabTo(page, box("Update", "name"));
      await press("ControlOrMeta+A");
      await keys.type("Typed again");
      await tabTo(page, button("clear tags", within("Update")));
      await press("Enter");
      await tabTo(page, button("Update user"));
      await press("Space");
      await says(page, "updateUser() returned typed");
      assert.equal((await demo.rest("GET", "/users/typed")).data.tags, undefined);

      await tabTo(page, page.getByRole("tab", { selected: true }), "Shift+Tab");
      await press("End", "ArrowLeft");
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "Sign in");
      await tabTo(page, button("Sign in"));
      await press("Enter");
      await sessionIs(page, "Typed again");

      await tabTo(page, page.getByRole("tab", { selected: true }), "Shift+Tab");
      await press("ArrowLeft");
      await tabTo(page, box("Update yourself", "statusMessage"));
      await keys.type("by keyboard");
      await press("Enter");
      await says(page, "updateCurrentUserDetails() returned typed");

      // A fault, its limits, and the cancel button.
      await tabTo(page, page.getByRole("combobox", { name: "How often" }));
      await press("ArrowDown", "ArrowDown");
      await tabTo(page, page.getByRole("switch", { name: "Stalled" }));
      await press("Space");
      await page.locator("#faults-status", { hasText: "1 fault set." }).waitFor();
      await tabTo(page, button("Update yourself"), "Shift+Tab");
      await press("Enter");
      await page.getByRole("progressbar").waitFor();
      await tabTo(page, button("Cancel", within("Update yourself")));
      await press("Enter");
      await says(page, "updateCurrentUserDetails() failed with REQUEST_ABORTED");
      await tabTo(page, button("Switch all off"));
      await press("Enter");
      await page.locator("#faults-status", { hasText: "No fault is set." }).waitFor();

      // The log, as code and again.
      await tabTo(page, page.locator("#log").getByRole("button", { name: /^Show login/ }));
      await press("Enter");
      await says(page, "login() returned typed");

      // The table: search, fill the forms, delete, and cancel that with Escape.
      await tabTo(page, page.getByRole("searchbox"));
      await keys.type("cometchat-uid-4");
      await page.locator("#users-status", { hasText: "1 user with" }).waitFor();
      await tabTo(page, page.locator("#users .pick"));
      await press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "Update");
      assert.equal(await box("Update", "uid").inputValue(), "cometchat-uid-4");
      await tabTo(page, button("Delete cometchat-uid-4"));
      await press("Enter");
      await page.getByRole("dialog").waitFor();
      await press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      const focused = () => page.evaluate(() => document.activeElement.ariaLabel);
      assert.equal(await focused(), "Delete cometchat-uid-4", "the focus is back");
      await press("Enter");
      await tabTo(page, button("Delete the user"));
      await press("Enter");
      await page.locator("#users-status", { hasText: "0 users" }).waitFor();

      // Sign out, and the connection.
      await tabTo(page, button("Sign out"), "Shift+Tab");
      await press("Enter");
      await sessionIs(page, "nobody");
      await tabTo(page, page.locator("#settings summary"), "Shift+Tab");
      await press("Enter", "Tab", "End");
      assert.equal(await page.getByLabel("Region").isVisible(), true);
      await tabTo(page, page.locator("#settings summary"), "Shift+Tab");
      await press("Enter");
      assert.equal(await page.getByLabel("Region").isVisible(), false);
    });

    test("what_has_the_focus_is_seen", async (t) => {
      const { page } = await demo.open(t, { viewport: { width: 1360, height: 900 } });
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press("Tab");
        const [what, isSeen] = await page.evaluate(() => {
          const element = document.activeElement;
          const ringed = [element, element.nextElementSibling, element.parentElement].filter(
            Boolean,
          );
          const isSeen = ringed.some((one) => {
            const { outlineStyle, outlineWidth } = getComputedStyle(one);
            return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
          });
          return [element.outerHTML.slice(0, 120), isSeen];
        });
        assert.ok(isSeen, what);
      }
    });
  });
}
