// Vite's build of a page, and of a server that renders one.

export default {
  title: "Vite, build",
  does: "build, Chromium; build of a server, run from an empty folder",
  tried: ["vite", "chromium", "node"],
  says: "Nothing to configure.",
  app: ["calls.js", "page/index.html", "page/main.js"],
  files: ["server.js", "vite.server.config.js"],
  shows: [],
  commands: ["npx vite build"],
  async run(project) {
    await project.run("vite", ["build"]);
    project.checkDownload("dist");
    await project.visit((await project.serve("dist")).url);

    await project.run("vite", ["build", "--config", "vite.server.config.js"]);
    const empty = await project.moveElsewhere("server");
    await project.calls("node", ["server/server.mjs"], { cwd: empty });
  },
};
