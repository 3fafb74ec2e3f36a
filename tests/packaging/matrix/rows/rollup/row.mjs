// Rollup's build of a page.

import assert from "node:assert/strict";
import { cp } from "node:fs/promises";

export default {
  title: "Rollup",
  does: "build, Chromium",
  tried: ["rollup", "@rollup/plugin-node-resolve", "chromium"],
  says: "Rollup needs its plugin to find packages.",
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
