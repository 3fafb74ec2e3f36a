// docs/provisioning.md: its commands are run in the order of the page, and print what it says.

import assert from "node:assert/strict";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createEmulator } from "cometchat-emulator";
import { root, run } from "../support/programs.mjs";
import { COMMAND, folder } from "./support/provision.mjs";

const page = readFileSync(join(root, "docs/provisioning.md"), "utf8");
const blocks = [...page.matchAll(/^```(\w+)(?: (.+))?\n([\s\S]*?)^```$/gm)].map(
  ([, language, note, text]) => ({ language, note, text }),
);

test("the walk of docs/provisioning.md runs as it is written", async (t) => {
  const emulator = await createEmulator();
  t.after(() => emulator.close());
  const { host, port } = await emulator.listen();
  const { path, write, of } = folder(t);
  symlinkSync(join(root, "node_modules"), of("node_modules"));
  const env = {
    COMETCHAT_EMULATOR_HOST: `${host}:${port}`,
    COMETCHAT_APP_ID: emulator.appId,
    COMETCHAT_REST_API_KEY: emulator.restApiKey,
  };
  const runs = {};
  let printed = "";
  let ran = 0;
  for (const { language, note, text } of blocks) {
    if (language === "csv") write("users.csv", text);
    if (language === "sh" && note !== "not run") {
      const script = text.replaceAll("npx cometchat-users", `"${process.execPath}" "${COMMAND}"`);
      const { code, stdout, stderr } = await run("sh", ["-c", script], {
        cwd: path,
        env: { ...env, RUN: runs.first ?? "" },
      });
      assert.ok(code === 0 || code === 1, `${script}\n${code}\n${stderr}`);
      // Only an import some of whose rows fail ends with 1.
      assert.equal(
        code === 1,
        /failed|refused/.test(stdout),
        `${script}\n${code}\n${stdout}${stderr}`,
      );
      ran += script.match(/command\.js/g)?.length ?? 0;
      printed = stdout;
      if (note === "1") [, runs.first] = /--undo (\S+)/.exec(stdout);
    }
    if (language === "text") {
      const shown = printed.replaceAll(runs.first ?? "no run yet", "RUN").split("\n");
      for (const line of text.trimEnd().split("\n")) {
        assert.ok(shown.includes(line), `${line}\nis not in\n${shown.join("\n")}`);
      }
    }
    if (language === "js") {
      const { code, stdout, stderr } = await run(
        process.execPath,
        ["--input-type=module", "-e", text],
        { cwd: path, env },
      );
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^1 1 .*25/);
    }
  }
  assert.equal(ran, 13);
  const users = await emulator.users();
  const [ann] = users.filter(({ uid }) => uid === "u-1");
  assert.deepEqual([ann.tags.sort(), ann.metadata], [["admins", "staff"], { team: "sales" }]);
});
