// `npm run build`: installs what is missing, builds the npm package in pkg/ and prints its size, and builds
// the emulator's npm package in pkg/emulator and the demo page as files for any web host in www/dist.

import { spawnSync } from "node:child_process";
import { buildEmulatorPackage } from "./emulator-package.mjs";
import { buildPackage, npm, root, rust } from "./setup.mjs";

rust();
npm();
buildPackage();
// A package over its budget is still a package: `npm test` is what fails.
const size = ["scripts/main.mjs", "scripts/size.mjs"];
spawnSync(process.execPath, size, { cwd: root, stdio: "inherit" });
buildEmulatorPackage();
