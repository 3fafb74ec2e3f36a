// esbuild's builds for Node: each is one script, which runs wherever it is put.

import assert from "node:assert/strict";

const BUILDS = {
  "module.mjs": ["main.mjs", "--format=esm"],
  "script.cjs": ["main.mjs", "--format=cjs"],
  "minified.cjs": ["main.mjs", "--format=cjs", "--minify"],
  "required.cjs": ["main.cjs", "--format=cjs"],
  // Also for a Node that cannot require modules.
  "required-old.cjs": ["main.cjs", "--format=cjs", "--conditions=", "--main-fields=main"],
};

export default {
  title: "esbuild, Node",
  does: "build as module and as script, run from an empty folder",
  tried: ["esbuild", "node"],
  says: "Nothing to configure. The bundle is one file.",
  app: ["calls.js", "calls.cjs", "node/main.mjs", "node/main.cjs"],
  shows: [],
  commands: ["npx esbuild main.mjs --bundle --platform=node --format=esm --outfile=dist/main.mjs"],
  async run(project) {
    for (const [output, [entry, ...options]] of Object.entries(BUILDS)) {
      const args = [entry, "--bundle", "--platform=node", "--log-level=warning", ...options];
      const { stderr } = await project.run("esbuild", [...args, `--outfile=dist/${output}`]);
      assert.equal(stderr, "");
      const empty = await project.moveElsewhere(`dist/${output}`);
      await project.calls("node", [output], { cwd: empty });
    }
  },
};
