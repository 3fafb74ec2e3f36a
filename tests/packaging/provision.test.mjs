// The import and the command from the packed tarball, in a project that has installed nothing else.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createEmulator } from "cometchat-emulator";
import { usePackedPackage } from "../support/package.mjs";
import { root, run } from "../support/programs.mjs";

const packed = usePackedPackage();
const { version } = JSON.parse(readFileSync(join(root, "pkg/package.json"), "utf8"));

const use = `
  const { url, appId, restApiKey } = JSON.parse(process.argv[2]);
  const admin = new AdminClient(appId, restApiKey, { emulator: url });
  provisionUsers(["uid,name\\nu1,One\\n"], { admin, mode: "upsert" })
    .then(({ created, updated }) => console.log(created + updated));`;

describe("the import, installed", () => {
  test("works from a module, from CommonJS and as a command, and brings its licences", async (t) => {
    const emulator = await createEmulator();
    t.after(() => emulator.close());
    const { url } = await emulator.listen();
    const { appId, restApiKey } = emulator;
    const project = await packed.project("provision", {
      "use.mjs": `import { AdminClient } from "cometchat-users/server";
        import { provisionUsers } from "cometchat-users/provision";${use}`,
      "use.cjs": `const { AdminClient } = require("cometchat-users/server");
        const { provisionUsers } = require("cometchat-users/provision");${use}`,
    });
    for (const file of ["use.mjs", "use.cjs"]) {
      const args = [file, JSON.stringify({ url, appId, restApiKey })];
      const { stdout, stderr } = await run(process.execPath, args, { cwd: project });
      assert.equal(stdout, "1\n", file + stderr);
    }
    const npx = (...args) =>
      run("npx", ["--offline", "cometchat-users", ...args], { cwd: project });
    assert.equal((await npx("--version")).stdout, `${version}\n`);
    const { code, stdout } = await npx("get", "u1", "--json", `--emulator=${url}`);
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).name, "One");
    const installed = join(project, "node_modules/cometchat-users");
    const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    assert.equal(dependencies, undefined);
    const command = readFileSync(join(installed, "dist/command.js"), "utf8");
    const licences = readFileSync(join(installed, "dist/command.licenses.txt"), "utf8");
    const bundled = [...command.matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)];
    assert.ok(bundled.length > 0);
    for (const [, name] of bundled) assert.ok(licences.includes(`=== ${name}\n`), name);
  });
});
