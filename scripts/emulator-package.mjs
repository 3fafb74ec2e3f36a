// The emulator's npm package, in pkg/emulator. `cargo xtask build` has to have made its module before.

import { announce, buildPage, root, run } from "./setup.mjs";

const build = `${root}pkg/emulator/build.mjs`;

/** Builds the package, and the demo page that its command serves. */
export function buildEmulatorPackage() {
  announce("Building the emulator's npm package", "some seconds");
  run(process.execPath, [build]);
  // The page may itself be made of the package, so it comes second.
  buildPage();
  run(process.execPath, [build, "--page"]);
}
