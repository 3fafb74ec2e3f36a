// Jest, in its own environment for Node and in a page's.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

export default {
  title: "Jest",
  does: "run tests, in Node's environment and in jsdom's",
  tried: ["jest", "node"],
  says:
    "Nothing to configure in Node's environment. Jest's jsdom environment leaves out `fetch`, " +
    "`TextEncoder` and `TextDecoder`; an environment of six lines brings them back.",
  type: "commonjs",
  app: ["calls.cjs"],
  files: ["users.test.cjs", "page.test.cjs", "page-environment.cjs"],
  shows: ["users.test.cjs", "page-environment.cjs", "page.test.cjs"],
  commands: ["npx jest"],
  async run(project) {
    for (const file of ["users.test.cjs", "page.test.cjs"]) {
      const settings = project.settings();
      const env = project.variables(settings);
      const args = ["--ci", "--json", "--outputFile=outcome.json", "--runTestsByPath", file];
      await project.run("jest", args, { env });
      const outcome = JSON.parse(await readFile(project.path("outcome.json"), "utf8"));
      assert.deepEqual([outcome.numPassedTests, outcome.numTotalTests], [1, 1]);
      await project.checkServer(settings);
    }
  },
};
