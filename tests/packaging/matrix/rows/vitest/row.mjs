// Vitest with jsdom.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

export default {
  title: "Vitest with jsdom",
  does: "run a test",
  tried: ["vitest", "jsdom", "node"],
  says: "Nothing to configure.",
  app: ["calls.js"],
  files: ["users.test.js"],
  shows: ["users.test.js"],
  commands: ["npx vitest run"],
  async run(project) {
    const settings = project.settings();
    const env = project.variables(settings);
    await project.run("vitest", ["run", "--reporter=json", "--outputFile=outcome.json"], { env });
    const outcome = JSON.parse(await readFile(project.path("outcome.json"), "utf8"));
    assert.deepEqual([outcome.numPassedTests, outcome.numTotalTests], [1, 1]);
    await project.checkServer(settings);
  },
};
