// A web worker, which has no document and no storages.

export default {
  title: "A web worker",
  does: "build with Vite, Chromium",
  tried: ["vite", "chromium"],
  says: "Nothing to configure. A worker has no `localStorage`: the session lives as long as the worker.",
  app: ["calls.js", "page/index.html"],
  files: ["main.js", "worker.js"],
  shows: ["main.js", "worker.js"],
  commands: ["npx vite build"],
  async run(project) {
    await project.run("vite", ["build"]);
    project.checkDownload("dist");
    await project.visit((await project.serve("dist")).url);
  },
};
