// A module in Node.

export default {
  title: "Node, `import`",
  does: "run",
  tried: ["node"],
  says: "Nothing to configure. The module's bytes are part of the script that Node loads.",
  app: ["calls.js", "node/main.mjs"],
  shows: [],
  commands: ["node main.mjs"],
  async run(project) {
    await project.calls("node", ["main.mjs"]);
  },
};
