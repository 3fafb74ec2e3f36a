// The single file, as a CDN serves it, in a page without a bundler.

import assert from "node:assert/strict";
import { cp } from "node:fs/promises";

export default {
  title: '`<script type="module">` from a CDN',
  does: "run in Chromium, from one file",
  tried: ["chromium"],
  says:
    "`cometchat-users.min.js` is the package as one file, for CDNs " +
    "(`https://cdn.jsdelivr.net/npm/cometchat-users`, `https://unpkg.com/cometchat-users`) or for a host of " +
    "your own, as here.",
  app: ["calls.js", "single-file/page.html"],
  shows: ["page.html"],
  commands: [],
  async run(project) {
    const file = "node_modules/cometchat-users/dist/cometchat-users.min.js";
    await cp(project.path(file), project.path("site/cometchat-users.min.js"));
    for (const file of ["page.html", "calls.js"]) {
      await cp(project.path(file), project.path("site", file));
    }
    const server = await project.serve("site");
    await project.visit(`${server.url}page.html`);
    const asked = server.requests.filter((path) => path !== "/favicon.ico").sort();
    assert.deepEqual(asked, ["/calls.js", "/cometchat-users.min.js", "/page.html"]);
  },
};
