// What a visitor sees of the demo page at once, and what must not mislead them: the form's action, the code that
// follows the form, the requests, and what an earlier call or visit left behind.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { isSound, LOOKS, panel, press, says, useServer } from "./demo-page.mjs";

const demo = useServer();
const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
const TABS = ["Create", "Update", "Update yourself", "Sign in", "Fetch"];

/** The ratio of the colours of an element's text and of what is behind it, as WCAG defines it. */
const contrast = (element) =>
  element.evaluate((button) => {
    const channels = (colour) => {
      const canvas = document.createElement("canvas").getContext("2d");
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (colour) =>
      channels(colour)
        .map((value) => value / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
        .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
    const { color, backgroundColor } = getComputedStyle(button);
    const [one, other] = [luminance(color), luminance(backgroundColor)].sort((a, b) => b - a);
    return (one + 0.05) / (other + 0.05);
  });

for (const { title, options, rules } of LOOKS) {
  describe(`on ${title}`, () => {
    test("each_forms_action_is_in_sight_and_no_tab_is_cut", async (t) => {
      const { page } = await demo.open(t, options);
      for (const name of TABS) {
        await page.getByRole("tab", { name, exact: true }).click();
        await page.evaluate(() => scrollTo(0, 0));
        const button = page.locator("[role=tabpanel]:visible [type=submit]").first();
        const { top, bottom, isOnTop } = await button.evaluate((element) => {
          const { top, bottom, left } = element.getBoundingClientRect();
          const there = document.elementFromPoint(left + 5, (top + bottom) / 2);
          return { top, bottom, isOnTop: element.contains(there) };
        });
        assert.ok(top >= 0 && bottom <= options.viewport.height && isOnTop, `${name}: ${bottom}`);
      }
      const [wide, there] = await page
        .locator("#tabs")
        .evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth]);
      assert.ok(wide <= there, `${wide} pixels in ${there}`);
    });

    test("the_text_on_a_running_button_can_be_read_with_the_pointer_on_it", async (t) => {
      const { page } = await demo.open(t, options);
      await demo.own("POST", "/faults", {
        action: { type: "delay", ms: 60_000 },
        match: POST_USER,
      });
      const button = page.getByRole("button", { name: "Create user", exact: true });
      await button.click();
      await page.getByRole("progressbar").waitFor();
      await button.hover();
      assert.ok((await contrast(button)) >= 4.5, String(await contrast(button)));
      await isSound(page, "while a call runs", rules);
      await press(page, "Cancel the call");
      await says(page, "REQUEST_ABORTED");
    });

    test("a_request_opens_and_is_copied_without_a_secret", async (t) => {
      const { page } = await demo.open(t, options);
      await press(page, "Create user");
      await says(page, "createUser() returned");
      const request = page.locator(".requests details");
      await request.locator("summary").click();
      const sent = await request.getByRole("group", { name: "Request" }).textContent();
      const { authKey, appId } = demo.emulator;
      assert.ok(sent.includes(`apikey: ${authKey.slice(0, 4)}…${authKey.slice(-4)}`), sent);
      assert.ok(sent.includes(`appid: ${appId}`), sent);
      assert.match(sent, /"name": "Ada Lovelace"/);
      const reply = await request.getByRole("group", { name: "Reply" }).textContent();
      assert.match(reply, /content-type: application\/json[\s\S]*"name": "Ada Lovelace"/);
      assert.match(await request.textContent(), /took \d/);
      await isSound(page, "with an open request", rules);
    });
  });
}
const POST_USER = { method: "POST", path: "/users" };

test("the_copied_requests_run", async (t) => {
  const { page } = await demo.open(t);
  const create = await panel(page, "Create");
  await create.getByRole("textbox", { name: "name", exact: true }).fill('O\'Neill "$HOME"');
  await press(page, "Create user");
  await says(page, "createUser() returned");
  await page.locator(".requests summary").click();
  const runs = {
    "Copy this request as cURL": (code) => execFileSync("sh", ["-c", `${code} --silent`]),
    "Copy this request as fetch": (code) => {
      const program = `const reply = ${code}\nconsole.log(await reply.text());`;
      return execFileSync(process.execPath, ["--input-type=module", "--eval", program]);
    },
  };
  for (const [name, run] of Object.entries(runs)) {
    const uid = await create.getByRole("textbox", { name: "uid", exact: true }).inputValue();
    await demo.rest("DELETE", `/users/${uid}`, { permanent: true });
    await page.getByRole("button", { name }).click();
    const code = await clipboard(page);
    assert.equal(code.includes(demo.emulator.authKey), false);
    const reply = JSON.parse(run(code.replace("YOUR_AUTH_KEY", demo.emulator.authKey)));
    assert.equal(reply.data?.name, 'O\'Neill "$HOME"', JSON.stringify(reply));
  }
});

test("half_a_reply_shows_no_token_either", async (t) => {
  const { page } = await demo.open(t);
  await demo.own("POST", "/faults", {
    action: {
      type: "reply",
      status: 200,
      body: '{"data":{"uid":"kevin","authToken":"kevin_0123456789',
    },
  });
  await press(page, "Create user");
  await says(page, "createUser() failed with INVALID_RESPONSE");
  await page.locator(".requests summary").first().click();
  const reply = await page.getByRole("group", { name: "Reply" }).textContent();
  assert.match(reply, /"authToken":"••••$/);
});

test("the_code_follows_what_is_typed_and_the_tab", async (t) => {
  const { page } = await demo.open(t, LOOKS[0].options);
  const code = page.getByRole("group", { name: "This call in code" });
  assert.equal(await code.isVisible(), true);
  const create = await panel(page, "Create");
  await create.getByRole("textbox", { name: "role" }).pressSequentially("moderator");
  assert.match(await code.textContent(), /role: "moderator"/);
  await panel(page, "Fetch");
  assert.match(await code.textContent(), /await getUser\(/);
});

test("another_tab_shows_nothing_of_the_last_call_and_a_running_one_no_former_user", async (t) => {
  const { page } = await demo.open(t);
  const result = page.locator("#result");
  await press(page, "Create user");
  await says(page, "createUser() returned");
  await panel(page, "Update");
  await says(page, "This call was not made yet.");
  assert.equal(await result.textContent(), "");
  await panel(page, "Create");
  await says(page, "createUser() returned");
  await press(page, "Create user");
  await says(page, "ERR_UID_ALREADY_EXISTS");
  const update = await panel(page, "Update");
  assert.equal(await page.locator("#status.bad").count(), 0);
  await panel(page, "Create");
  await says(page, "ERR_UID_ALREADY_EXISTS");
  await panel(page, "Update");
  await press(update, "Update user");
  await says(page, "updateUser() returned");
  await demo.own("POST", "/faults", {
    action: { type: "delay", ms: 60_000 },
    match: { method: "PUT", path: "/users/*" },
  });
  await press(update, "Update user");
  await page.getByRole("progressbar").waitFor();
  await result.waitFor({ state: "hidden" });
  await press(page, "Cancel the call");
  await says(page, "REQUEST_ABORTED");
  assert.equal(await page.getByRole("article", { name: "User" }).count(), 0);
});

test("faults_that_an_earlier_visit_left_are_seen_at_the_top", async (t) => {
  await demo.own("POST", "/faults", { action: { type: "stall" }, match: POST_USER });
  const { page } = await demo.open(t);
  const link = page.getByRole("link", { name: "Faults 1 set" });
  await link.waitFor();
  await isSound(page, "with a leftover fault");
  await press(page, "Switch all off");
  await page.getByRole("link", { name: "Faults", exact: true }).waitFor();
});

test("a_short_table_leaves_no_gap_and_the_json_is_whole_and_copied", async (t) => {
  const { page } = await demo.open(t, LOOKS[0].options);
  await page.getByRole("searchbox").fill("nancy");
  await page.locator("#users-status", { hasText: "1 user with" }).waitFor();
  const { height } = await page.locator("#users-box").boundingBox();
  assert.ok(height < 120, `${height} pixels`);
  await press(page, "every field");
  await press(page, "Create user");
  await says(page, "createUser() returned");
  const json = page.getByRole("group", { name: "The user as JSON" });
  const [whole, shown] = await json.evaluate((pre) => [pre.scrollHeight, pre.clientHeight]);
  assert.ok(whole <= shown, `${whole} pixels in ${shown}`);
  assert.ok((await json.locator(".string").count()) > 5);
  await press(page, "Copy: The user as JSON");
  assert.equal(await clipboard(page), await json.textContent());
});

test("code_and_result_stay_beside_the_forms_and_cover_nothing", async (t) => {
  const { page } = await demo.open(t, LOOKS[0].options);
  const edges = (place) =>
    page.locator(place).evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return { top, bottom };
    });
  await page.locator("#faults-section").evaluate((element) => element.scrollIntoView());
  const side = await edges(".side");
  assert.ok(side.bottom > 400, "in sight beside the faults");
  assert.ok(side.bottom <= (await edges("#log-section")).top, JSON.stringify(side));
  await page.evaluate(() => scrollTo(0, 300));
  assert.ok((await edges(".side")).top >= (await edges(".top")).bottom, "stuck below the header");
});

test("the_navigation_shows_the_place_and_stays_at_the_top", async (t) => {
  for (const { options } of [LOOKS[0], LOOKS[3]]) {
    const { page } = await demo.open(t, options);
    const here = page.locator("nav [aria-current=location]");
    assert.equal(await here.textContent(), "Calls");
    for (const name of ["Faults", "Users", "Calls"]) {
      await page.getByRole("link", { name, exact: true }).click();
      await here.filter({ hasText: name }).waitFor();
      assert.equal(await here.count(), 1);
      const { y } = await page.locator(".top").boundingBox();
      assert.equal(y, 0);
    }
  }
});
