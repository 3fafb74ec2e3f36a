// What users write is text: nothing in a name, a tag, a link, an avatar, a status message or metadata runs on
// the demo page or becomes markup.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  fill,
  HOMES,
  isSound,
  ownWords,
  panel,
  press,
  says,
  sessionIs,
  useServer,
} from "./demo-page.mjs";

const RUN = "globalThis.ran=(globalThis.ran||0)+1";
const PAYLOADS = [
  `<img src=x onerror="${RUN}">`,
  `<script>${RUN}</script>`,
  `"><svg onload="${RUN}">`,
  `'-${RUN}-'`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `</textarea></pre></code><style>*{display:none}</style><base href="https://evil.example/">`,
  `\${${RUN}}{{${RUN}}}`,
];
const LINKS = [
  `javascript:${RUN}`,
  `JaVaScRiPt://example.com/%0a${RUN}`,
  ` javascript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  `vbscript:${RUN}`,
  `https://example.com/"onmouseover="${RUN}`,
];
const AVATARS = [
  `javascript:${RUN}`,
  `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="${RUN}"><script>${RUN}</script></svg>`,
  `data:text/html,<script>${RUN}</script>`,
  `x" onerror="${RUN}`,
];

/** Users with all these texts. No service would accept some of them, but a page should not rely on that. */
const hostile = PAYLOADS.map((payload, index) => ({
  uid: "hostile",
  name: payload,
  tags: PAYLOADS,
  link: LINKS[index % LINKS.length],
  avatar: AVATARS[index % AVATARS.length],
  statusMessage: payload,
  role: payload,
  metadata: { [payload]: payload, __proto__: { polluted: true }, nested: PAYLOADS },
  authToken: payload,
}));

/** Fails when anything ran, was blocked, or became an element. */
async function isUnharmed(page, complaints, violations) {
  assert.equal(await page.evaluate(() => globalThis.ran), undefined);
  assert.equal(await page.evaluate(() => ({}).polluted), undefined);
  assert.deepEqual(violations, []);
  assert.deepEqual(ownWords(complaints), []);
  const made = await page
    .locator("script:not([src]), iframe, base, svg, style, object, embed, [onerror], [onload]")
    .count();
  assert.equal(made, 0);
  const links = await page.locator("#result a").evaluateAll((all) => all.map(({ href }) => href));
  for (const link of links) assert.match(link, /^https?:/);
}

for (const [home, useDemo] of Object.entries(HOMES)) {
  describe(home, () => {
    const demo = useDemo();

    test("payloads_in_every_field_are_shown_and_nothing_runs", async (t) => {
      const { page, complaints, violations } = await demo.open(t);
      const update = await panel(page, "Update");
      for (const [index, user] of hostile.entries()) {
        const body = JSON.stringify({ data: user });
        await demo.own("POST", "/faults", {
          match: { method: "PUT", path: "/users/*" },
          times: 1,
          action: { type: "reply", status: 200, body },
        });
        await fill(update, { uid: "cometchat-uid-1", name: `call ${index}` });
        await press(update, "Update user");
        await says(page, "updateUser() returned hostile");
        assert.equal(await page.locator("#result .name").textContent(), user.name);
        assert.deepEqual(await page.locator("#result .person .chip").allTextContents(), PAYLOADS);
        assert.ok((await page.locator("#result .facts").textContent()).includes(user.link.trim()));
        const json = await page.getByRole("group", { name: "The user as JSON" }).textContent();
        assert.equal(JSON.parse(json).metadata.nested[1], PAYLOADS[1]);
        // The reply has filled the forms, so that the shown code contains it.
        await isUnharmed(page, complaints, violations);
        await demo.own("DELETE", "/faults");
      }
      await press(update, "Update user");
      await isSound(page, "with payloads");
      await isUnharmed(page, complaints, violations);
    });

    test("payloads_that_the_server_keeps_are_text_in_the_table_the_forms_and_the_session", async (t) => {
      for (const [index, payload] of PAYLOADS.entries()) {
        const answer = await demo.rest("POST", "/users", {
          uid: `kept-${index}`,
          name: payload.slice(0, 100),
          tags: [payload.slice(0, 100)],
          statusMessage: payload,
          metadata: { [payload]: payload },
        });
        assert.equal(answer.data?.uid, `kept-${index}`, JSON.stringify(answer));
      }
      const { page, complaints, violations } = await demo.open(t);
      await page.getByRole("searchbox").fill("kept-");
      await page.locator("#users-status", { hasText: `${PAYLOADS.length} users` }).waitFor();
      const names = await page.locator("#users strong").allTextContents();
      assert.deepEqual(names.toSorted(), PAYLOADS.map((payload) => payload.slice(0, 100)).sort());
      await page.locator("#users tr", { hasText: "kept-0" }).click();
      const update = page.getByRole("tabpanel", { name: "Update", exact: true });
      assert.equal(await update.getByLabel("name", { exact: true }).inputValue(), PAYLOADS[0]);
      const signIn = await panel(page, "Sign in");
      await press(signIn, "Sign in");
      await sessionIs(page, PAYLOADS[0]);
      await page.getByRole("button", { name: "Delete kept-1", exact: true }).click();
      assert.match(await page.locator("#delete-who").textContent(), /<script>/);
      await page.locator("#delete-cancel").click();
      await isUnharmed(page, complaints, violations);
    });

    test("payloads_in_errors_are_text", async (t) => {
      const { page, complaints, violations } = await demo.open(t);
      for (const payload of PAYLOADS) {
        const error = { code: payload, message: payload, details: { [payload]: [payload] } };
        await demo.own("POST", "/faults", {
          match: { method: "POST", path: "/users" },
          times: 1,
          action: { type: "reply", status: 400, body: JSON.stringify({ error }) },
        });
        await press(page, "Create user");
        await page.locator("#result .message", { hasText: payload }).waitFor();
        await isUnharmed(page, complaints, violations);
        await demo.own("DELETE", "/faults");
      }
    });

    test("nothing_is_asked_for_but_the_pages_own_files_and_the_emulator", async (t) => {
      const context = await demo.browser.newContext();
      t.after(() => context.close());
      const page = await context.newPage();
      const asked = [];
      context.on("request", (request) => asked.push(request.url()));
      await page.goto(demo.emulator.url);
      await page.locator("#users tr").first().waitFor();
      const { origin } = new URL(demo.emulator.url);
      // Where the page is on this machine, an emulator might be.
      const others = asked.filter((url) => new URL(url).origin !== origin);
      const probes = demo.isStatic ? ["http://127.0.0.1:8090/__emulator/config"] : [];
      assert.deepEqual(others, probes);
    });
  });
}

describe("the policy", () => {
  const demo = useServer();

  test("the_policy_is_strict_in_the_page_and_in_the_header_and_both_are_the_same", async (t) => {
    const reply = await fetch(demo.emulator.url);
    const header = reply.headers.get("content-security-policy");
    const { page, violations } = await demo.open(t);
    const inPage = await page
      .locator("meta[http-equiv=Content-Security-Policy]")
      .getAttribute("content");
    assert.equal(header, `${inPage}; frame-ancestors 'none'`);
    assert.doesNotMatch(header, /unsafe-inline|'unsafe-eval'|\*/);
    assert.match(header, /require-trusted-types-for 'script'/);
    // The policy works: it blocks what a payload would do as markup.
    const why = await page.evaluate(() => {
      try {
        document.body.innerHTML = "<p>";
        return "";
      } catch (error) {
        return String(error);
      }
    });
    assert.match(why, /TrustedHTML/);
    await page.waitForFunction(() => document.body.children.length > 1);
    assert.equal(violations.length > 0, true);
  });
});
