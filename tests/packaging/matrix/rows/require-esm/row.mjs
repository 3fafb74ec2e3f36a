// `import` and `require` in one Node process.

import assert from "node:assert/strict";

export default {
  title: "Node, `require` of a module",
  does: "run; `import` and `require` give the same classes",
  tried: ["node"],
  says:
    "From Node 20.19 and 22.12 on, `import` and `require` load the same files: there is one `User`, one " +
    "session and one WebAssembly module, however the parts of a program load the package.",
  app: ["calls.js", "calls.cjs"],
  files: ["main.mjs"],
  shows: ["main.mjs"],
  commands: ["node main.mjs"],
  async run(project) {
    assert.equal(process.features.require_module, true, "this Node cannot require modules");
    await project.calls("node", ["main.mjs"]);
  },
};
