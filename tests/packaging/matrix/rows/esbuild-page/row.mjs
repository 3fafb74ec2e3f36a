// esbuild's build of a page: it copies a file only where it is imported, so the page imports it.

import { cp } from "node:fs/promises";

export default {
  title: "esbuild, page",
  does: "build, one `.wasm` file, Chromium",
  tried: ["esbuild", "chromium"],
  says:
    "esbuild does not copy the file that `new URL` names. Import the file, and pass its address to `load`; or use " +
    "[`cometchat-users/inline`](#a-bundler-that-loses-files).",
  app: ["calls.js", "page/index.html"],
  files: ["main.js"],
  shows: ["main.js"],
  commands: ["npx esbuild main.js --bundle --format=esm --loader:.wasm=file --outdir=dist"],
  async run(project) {
    const build = ["--bundle", "--format=esm", "--log-level=warning"];
    const { stderr } = await project.run("esbuild", [
      ...["main.js", ...build, "--loader:.wasm=file", "--outdir=dist"],
    ]);
    if (stderr) throw new Error(stderr);
    project.checkDownload("dist");
    await cp(project.path("index.html"), project.path("dist/index.html"));
    await project.visit((await project.serve("dist")).url);
  },
};
