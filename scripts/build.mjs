// `npm run build`: installs what is missing, builds the npm package in pkg/, and tells its size.

import { npm, run, rust } from "./setup.mjs";

rust();
npm();
run("cargo", ["xtask", "build"]);
run(process.execPath, ["scripts/size.mjs"]);
