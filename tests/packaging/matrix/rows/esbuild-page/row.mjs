// esbuild's build of a page.

import { cp } from "node:fs/promises";

export default {
  title: "esbuild, page",
  does: "build, Chromium",
  tried: ["esbuild", "chromium"],
  says: "Nothing to configure.",
  app: ["calls.js", "page/index.html", "page/main.js"],
  shows: [],
  commands: ["npx esbuild main.js --bundle --format=esm --outdir=dist"],
  async run(project) {
    const args = ["main.js", "--bundle", "--format=esm", "--log-level=warning", "--outdir=dist"];
    const { stderr } = await project.run("esbuild", args);
    if (stderr) throw new Error(stderr);
    project.checkDownload("dist");
    await cp(project.path("index.html"), project.path("dist/index.html"));
    await project.visit((await project.serve("dist")).url);
  },
};
