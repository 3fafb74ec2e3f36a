// Bun: `import`, `require`, and its own bundler.

export default {
  title: "Bun",
  does: "run, `import` and `require`; build, run from an empty folder",
  tried: ["bun"],
  says: "Nothing to configure.",
  app: ["calls.js", "calls.cjs", "node/main.mjs", "node/main.cjs"],
  shows: [],
  commands: ["bun run main.mjs"],
  async run(project) {
    await project.calls("bun", ["run", "main.mjs"]);
    await project.calls("bun", ["run", "main.cjs"]);
    await project.run("bun", ["build", "main.mjs", "--target=bun", "--outfile=dist/built.mjs"]);
    const empty = await project.moveElsewhere("dist/built.mjs");
    await project.calls("bun", ["run", "built.mjs"], { cwd: empty });
  },
};
