// A CommonJS script in Node, also where `require` cannot load modules.

import assert from "node:assert/strict";

/** Newer versions of Node load modules by `require`; with this flag they behave like the older ones. */
const WITHOUT_REQUIRE_MODULE = process.allowedNodeEnvironmentFlags.has(
  "--experimental-require-module",
)
  ? ["--no-experimental-require-module"]
  : [];

export default {
  title: "Node, `require`",
  does: "run; also where `require` cannot load modules",
  tried: ["node"],
  says: "Nothing to configure, in any version of Node from 20 on.",
  type: "commonjs",
  app: ["calls.cjs", "node/main.cjs"],
  shows: ["main.cjs", "calls.cjs"],
  commands: ["node main.cjs"],
  async run(project) {
    await project.calls("node", ["main.cjs"]);
    await project.calls("node", [...WITHOUT_REQUIRE_MODULE, "main.cjs"]);
    const { stdout } = await project.run("node", [
      ...WITHOUT_REQUIRE_MODULE,
      "--print",
      'require.resolve("cometchat-users")',
    ]);
    assert.match(stdout, /cometchat-users[\\/]dist[\\/]cjs[\\/]index\.js\n$/);
  },
};
