// Builds the package from what `cargo xtask` has put into src/generated: wraps the engine's bindings in a function,
// and makes one script for each kind of place, the typings and the command.
//
//   node build.mjs           all but the demo page
//   node build.mjs --page    copies the built demo page, which may itself be made of this package

import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const generated = `${here}src/generated`;
const dist = `${here}dist`;
const { version } = JSON.parse(readFileSync(`${here}package.json`, "utf8"));
const banner = { js: `/* cometchat-emulator ${version} | MIT OR Apache-2.0 */` };

/**
 * The bindings as a function. wasm-bindgen's script has one instance of the module, and makes objects while it is
 * imported; as a function, importing it does nothing, and each call has an instance of its own. The argument
 * takes the place of the global `WebAssembly`.
 */
async function wrapBindings() {
  const { outputFiles } = await build({
    entryPoints: [`${generated}/bindings.js`],
    bundle: true,
    format: "iife",
    globalName: "made",
    target: "es2022",
    minify: true,
    write: false,
    logLevel: "warning",
  });
  const [{ text }] = outputFiles;
  writeFileSync(
    `${generated}/instance.ts`,
    `// @ts-nocheck\nexport function bindings(WebAssembly: any): any {\n${text}return made;\n}\n`,
  );
}

/** A script of one file: a dozen small files take Node longer to find than to run. */
const script = (entry, outfile, { define = {}, ...options } = {}) =>
  build({
    entryPoints: [`${here}src/${entry}`],
    outfile: `${dist}/${outfile}`,
    bundle: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
    banner,
    define: { VERSION: JSON.stringify(version), ...define },
    ...options,
  });

async function scripts() {
  await script("index.ts", "index.js", { platform: "node" });
  await script("index.ts", "cjs/index.js", {
    platform: "node",
    format: "cjs",
    // CommonJS has no `import.meta`; the engine's file is in the folder above.
    banner: {
      js: `${banner.js}\nconst here = require("node:url").pathToFileURL(__dirname + ".js").href;`,
    },
    define: { "import.meta.url": "here" },
  });
  await script("web.ts", "web.js");
  await script("workerd.ts", "workerd.js", { external: ["./engine.wasm"] });
  await script("command/main.ts", "command.js", {
    platform: "node",
    banner: { js: `#!/usr/bin/env node\n${banner.js}` },
  });
  writeFileSync(`${dist}/cjs/package.json`, '{ "type": "commonjs" }\n');
}

function typings() {
  const types = `${root}target/emulator-types`;
  rmSync(types, { recursive: true, force: true });
  const tsc = spawnSync(`${root}node_modules/.bin/tsc`, ["--project", "tsconfig.json"], {
    cwd: here,
    stdio: "inherit",
  });
  if (tsc.error) throw tsc.error;
  if (tsc.status !== 0) throw new Error(`tsc ended with ${tsc.status}; see above`);
  // The same declarations, once as a module's and once as CommonJS's: their folder's package.json says which.
  for (const folder of [dist, `${dist}/cjs`]) {
    for (const name of ["index.d.ts", "api.d.ts"]) {
      cpSync(`${types}/emulator/src/${name}`, `${folder}/${name}`);
    }
  }
}

/** The demo page without what only other web hosts need: compressed copies, and an engine in the page. */
function page() {
  const from = `${root}www/dist`;
  const isWanted = (name) => !/\.(br|gz)$|^config\.json$|^assets\/engine-/.test(name);
  rmSync(`${dist}/page`, { recursive: true, force: true });
  for (const name of readdirSync(from, { recursive: true })) {
    if (statSync(`${from}/${name}`).isFile() && isWanted(name)) {
      cpSync(`${from}/${name}`, `${dist}/page/${name}`);
    }
  }
}

if (process.argv.includes("--page")) {
  page();
} else {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(`${dist}/cjs`, { recursive: true });
  await wrapBindings();
  typings();
  await scripts();
  cpSync(`${generated}/cometchat_emulator.wasm`, `${dist}/engine.wasm`);
  for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) cpSync(`${root}${name}`, `${here}${name}`);
}
