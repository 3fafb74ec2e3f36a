// `npm run docs`: makes the API reference in target/docs from the package's doc comments. A declaration
// without one, or a link that leads nowhere, is an error.

import { npm, root, run, rust } from "./setup.mjs";
import { docsTools } from "./toolbox.mjs";

rust();
npm();
// The error codes' types are made by the build.
run("cargo", ["xtask", "build"]);
await docsTools.install();
run(docsTools.program("typedoc"), ["--options", `${root}typedoc.json`, ...process.argv.slice(2)]);
console.log(`The API reference is in ${root}target/docs/index.html`);
