// The package's `engines` field is true: the oldest Node that it names runs the package, imported and
// required, with a file beside the script and with everything inside.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { oldestNode } from "../../scripts/toolbox.mjs";
import { newUid, useEmulator } from "../support/emulator.mjs";
import { DONE, mainJob } from "../support/main-job.mjs";
import { usePackedPackage } from "../support/package.mjs";
import { root, succeed } from "../support/programs.mjs";

const emulator = useEmulator();
const packed = usePackedPackage();
before(oldestNode.install);

const machine = `${process.platform}-${process.arch}`;
const published = ["darwin-x64", "linux-arm64", "linux-x64"].includes(machine);
const options = { skip: !published && `no Node 20.0.0 was published for ${machine}` };
const node = () => oldestNode.require.resolve(`node-${machine}/bin/node`);

test("it is the one that package.json names", options, async () => {
  const { engines } = JSON.parse(readFileSync(`${root}pkg/package.json`, "utf8"));
  assert.equal(engines.node, ">=20");
  assert.equal((await succeed(node(), ["--version"])).trim(), "v20.0.0");
});

const print = "process.stdout.write(JSON.stringify(done));";
for (const [name, file, text] of [
  ["import", "main.mjs", (job) => `import { CometChat } from "cometchat-users"; ${job} ${print}`],
  [
    "require",
    "main.cjs",
    (job) =>
      `const { CometChat } = require("cometchat-users"); (async () => { ${job} ${print} })();`,
  ],
]) {
  test(name, options, async () => {
    const project = await packed.project(`oldest-${name}`.replaceAll(" ", "-"), {
      [file]: text(mainJob(emulator, newUid())),
    });
    assert.deepEqual(JSON.parse(await succeed(node(), [file], { cwd: project })), DONE);
  });
}
