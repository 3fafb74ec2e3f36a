// webpack's build of a page and of a program for Node.

import assert from "node:assert/strict";
import { cp } from "node:fs/promises";

export default {
  title: "webpack 5",
  does: "build, Chromium; build for Node, run from an empty folder",
  tried: ["webpack", "chromium", "node"],
  says: "Nothing to configure.",
  app: [
    "calls.js",
    "calls.cjs",
    "page/index.html",
    "page/main.js",
    "node/main.mjs",
    "node/main.cjs",
  ],
  shows: [],
  commands: ["npx webpack --entry ./main.js"],
  async run(project) {
    const webpack = async (entry, output, ...args) => {
      const { stdout } = await project.run("webpack", [
        "build",
        ...["--entry", `./${entry}`, "--mode", "production", "--stats", "errors-warnings"],
        ...["--output-path", output, ...args],
      ]);
      assert.doesNotMatch(stdout, /warning|error/i);
    };
    await webpack("main.js", "dist");
    project.checkDownload("dist");
    await cp(project.path("index.html"), project.path("dist/index.html"));
    await project.visit((await project.serve("dist")).url);

    for (const entry of ["main.mjs", "main.cjs"]) {
      const output = `node-${entry.slice(-3)}`;
      await webpack(entry, output, "--target", "node", "--output-filename", "main.cjs");
      const empty = await project.moveElsewhere(`${output}/main.cjs`);
      await project.calls("node", ["main.cjs"], { cwd: empty });
    }
  },
};
