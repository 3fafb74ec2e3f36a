// Rollup's build of a page, with the plugin that copies what `new URL` names.

import assert from "node:assert/strict";
import { cp } from "node:fs/promises";

export default {
  title: "Rollup",
  does: "build, one `.wasm` file, Chromium",
  tried: [
    "rollup",
    "@rollup/plugin-node-resolve",
    "@web/rollup-plugin-import-meta-assets",
    "chromium",
  ],
  says:
    "Rollup needs a plugin to find packages and one to copy the files that they name by " +
    '`new URL("…", import.meta.url)`.',
  app: ["calls.js", "page/index.html", "page/main.js"],
  files: ["rollup.config.js"],
  shows: ["rollup.config.js"],
  commands: ["npx rollup --config"],
  async run(project) {
    const { stderr } = await project.run("rollup", ["--config"]);
    assert.doesNotMatch(stderr, /warn|\(!\)/i);
    project.checkDownload("dist");
    await cp(project.path("index.html"), project.path("dist/index.html"));
    await project.visit((await project.serve("dist")).url);
  },
};
