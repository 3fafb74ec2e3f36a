// `npm run build`: installs what is missing and builds the npm package in pkg/, and the demo
// page as files for any web host in www/dist.

import { buildPage, npm, run, rust } from "./setup.mjs";

rust();
npm();
run("cargo", ["xtask", "build"]);
buildPage();
