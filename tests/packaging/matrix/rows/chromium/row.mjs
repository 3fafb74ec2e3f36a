// Chromium without a bundler: the page has the package's files as they are.

import assert from "node:assert/strict";

export default {
  title: "Chromium, no bundler",
  does: "run",
  tried: ["chromium"],
  says: "An import map names the package's entry, and where the module comes from in a browser.",
  app: ["calls.js", "unbundled/index.html", "page/main.js"],
  shows: ["index.html"],
  commands: [],
  async run(project) {
    const server = await project.serve(".");
    await project.visit(server.url);
    assert.deepEqual(
      server.requests.filter((path) => path.endsWith(".wasm")),
      [],
    );
  },
};
