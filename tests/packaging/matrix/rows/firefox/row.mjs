// Firefox without a bundler: with the package's files as they are, and with the single file.

import { cp } from "node:fs/promises";

export default {
  title: "Firefox",
  does: "run, without a bundler and from the single file",
  tried: ["firefox"],
  group: "heavy",
  says: "As in Chromium.",
  app: ["calls.js", "unbundled/index.html", "page/main.js", "single-file/page.html"],
  shows: [],
  commands: [],
  async run(project) {
    const server = await project.serve(".");
    await project.visit(server.url, { browser: "firefox" });
    const file = "cometchat-users.min.js";
    await cp(project.path("node_modules/cometchat-users/dist", file), project.path(file));
    await project.visit(`${server.url}page.html`, { browser: "firefox" });
  },
};
