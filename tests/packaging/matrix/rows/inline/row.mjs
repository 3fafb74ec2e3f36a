// A bundler that copies no files, and a page that gets everything as one script.

import assert from "node:assert/strict";
import { cp } from "node:fs/promises";

export default {
  title: "A bundler that loses files",
  does: "build with esbuild to one script, Chromium",
  tried: ["esbuild", "chromium"],
  says:
    "`cometchat-users/inline` is the same package with the module's bytes inside: a third more to " +
    "download, and no file to lose. Import it everywhere in the app, or use an alias.",
  app: ["calls.js", "page/index.html", "page/main.js"],
  shows: [],
  commands: [
    "npx esbuild main.js --bundle --format=esm --alias:cometchat-users=cometchat-users/inline --outfile=dist/main.js",
  ],
  async run(project) {
    const alias = "--alias:cometchat-users=cometchat-users/inline";
    const args = ["main.js", "--bundle", "--format=esm", alias, "--outfile=dist/main.js"];
    await project.run("esbuild", args);
    assert.deepEqual(project.files("dist"), [project.path("dist/main.js")]);
    await cp(project.path("index.html"), project.path("dist/index.html"));
    const server = await project.serve("dist");
    await project.visit(server.url);
    assert.deepEqual(
      server.requests.filter((path) => path !== "/favicon.ico"),
      ["/", "/main.js"],
    );
  },
};
