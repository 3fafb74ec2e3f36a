// `npm run docs`: makes the API reference in target/docs from the package's doc comments. A declaration
// without one, or a broken link, is an error.

import { buildPackage, npm, root, run, rust } from "./setup.mjs";
import { docsTools } from "./toolbox.mjs";

rust();
npm();
// The build generates the types of the error codes.
buildPackage();
await docsTools.install();
run(docsTools.program("typedoc"), ["--options", `${root}typedoc.json`, ...process.argv.slice(2)]);
console.log(`\nThe API reference is in ${root}target/docs/index.html`);
