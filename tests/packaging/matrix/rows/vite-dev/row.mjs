// Vite's development server, which bundles the packages of a page beforehand.

export default {
  title: "Vite, dev server",
  does: "serve, Chromium",
  tried: ["vite", "chromium"],
  says: "Nothing to configure.",
  app: ["calls.js", "page/index.html", "page/main.js"],
  shows: [],
  commands: ["npx vite"],
  async run(project) {
    const args = ["--host", "127.0.0.1", "--port", "0"];
    const url = await project.start("vite", args, /Local:\s+(\S+)/);
    await project.visit(url);
  },
};
