// Firefox: without a bundler, with the single file, and with a page that Vite built.

export default {
  title: "Firefox",
  does: "run: without a bundler, from the single file, built by Vite",
  tried: ["firefox"],
  group: "heavy",
  says: "As in Chromium.",
  app: ["calls.js", "unbundled/index.html", "page/main.js"],
  shows: [],
  commands: [],
  async run(project) {
    const server = await project.serve(".");
    await project.visit(server.url, { browser: "firefox" });
  },
};
