// A classic script in a page that names no charset, which must not break the module's text.

import { cp } from "node:fs/promises";

export default {
  title: "A classic script",
  does: "build with esbuild, a page without a charset, Chromium",
  tried: ["esbuild", "chromium"],
  says: "Nothing to configure: one script without `type=module`, and no other file.",
  app: ["calls.js", "page/main.js"],
  files: ["index.html"],
  shows: ["index.html"],
  commands: ["npx esbuild main.js --bundle --format=iife --outdir=dist"],
  async run(project) {
    const args = ["main.js", "--bundle", "--format=iife", "--log-level=warning", "--outdir=dist"];
    const { stderr } = await project.run("esbuild", args);
    if (stderr) throw new Error(stderr);
    project.checkDownload("dist");
    await cp(project.path("index.html"), project.path("dist/index.html"));
    await project.visit((await project.serve("dist")).url);
  },
};
