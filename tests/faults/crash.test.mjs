// A bug in the WebAssembly module, brought about on purpose: what waits for the module is rejected, so
// is every later call, and the process lives on. Each case has a process of its own, since nothing
// brings a stopped module back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runChild } from "./support/run.mjs";

const METHODS = ["createUser", "getUser", "login", "getLoggedInUser", "new client", "init"];

for (const damage of ["ones", "zeros", "noise"]) {
  test(`memory overwritten with ${damage}: every promise settles, the process lives on`, async () => {
    const { code, isKilled, lines, output } = await runChild(
      "crash-child.mjs",
      [damage],
      {},
      { nodeArgs: ["--expose-gc"], watchdogMs: 60_000 },
    );
    assert.equal(isKilled, false, output);
    assert.equal(code, 0, output);
    const [report] = lines;
    assert.deepEqual(report.unhandled, []);
    // Whichever of the calls met the damage first, all of them ended with it.
    for (const [name, outcome] of Object.entries(report.underWay)) {
      assert.equal(outcome, "UNEXPECTED_ERROR", name);
    }
    for (const name of METHODS) assert.equal(report.later[name], "UNEXPECTED_ERROR", name);
    assert.match(report.details, /Reload to go on, and please report this/);
    assert.equal(report.isException, true);
  });
}
