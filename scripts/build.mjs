// `npm run build`: installs what is missing and builds the npm package in pkg/.

import { npm, run, rust } from "./setup.mjs";

rust();
npm();
run("cargo", ["xtask", "build"]);
