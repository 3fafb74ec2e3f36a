// Tests that were written for the native program pass on the package's command as well: the official SDK, and the
// documentation's snippets and tables.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "../support/programs.mjs";

const COMETCHAT_EMULATOR_BIN = fileURLToPath(
  new URL("support/in-place-of-native.mjs", import.meta.url),
);

for (const file of [
  "tests/conformance/official-sdk.test.mjs",
  "tests/node/documentation-snippets.test.mjs",
  "tests/node/documentation-tables.test.mjs",
  "tests/node/session.test.mjs",
  "tests/node/users.test.mjs",
]) {
  test(file, async () => {
    const args = ["--test", "--test-reporter=tap", file];
    const { code, stdout, stderr } = await run(process.execPath, args, {
      env: { COMETCHAT_EMULATOR_BIN },
    });
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^# pass [1-9]/m);
    assert.match(stdout, /^# fail 0$/m);
  });
}
