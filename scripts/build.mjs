// `npm run build`: installs what is missing, builds the npm package in pkg/ and tells its size, and builds
// the demo page as files for any web host in www/dist.

import { spawnSync } from "node:child_process";
import { buildPage, npm, root, run, rust } from "./setup.mjs";

rust();
npm();
run("cargo", ["xtask", "build"]);
// That it is larger than it may be is for `npm test` to fail on: the package is built all the same.
spawnSync(process.execPath, ["scripts/size.mjs"], { cwd: root, stdio: "inherit" });
buildPage();
