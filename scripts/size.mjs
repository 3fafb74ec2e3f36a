// `npm run size`: what a web page downloads of the package for the three functions, a script as a bundler
// makes it with the module inside, as it is and as a web server compresses it. It ends with 1 when it is
// larger than its budget.
//
//   node scripts/size.mjs [PART=BYTES …]    with other budgets

import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root } from "./setup.mjs";

/** What a page imports. */
const PAGE = `export { init, createUser, updateUser, updateCurrentUserDetails }
  from "./pkg/dist/index.js";`;

/**
 * The most that each part may weigh, in bytes, gzipped: a little above what they weigh, so that it is noticed when they grow.
 * Raise them when what was added is worth it.
 */
export const BUDGETS = { script: 7_150, module: 31_150, total: 39_900, js: 53_750 };

/**
 * The sizes of the parts, in bytes: the module is the text that the script has of it, and `js` a script with the
 * build without WebAssembly.
 */
export async function measure() {
  const bundled = async (contents) => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: root },
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
      logLevel: "silent",
    });
    return outputFiles[0].text;
  };
  const sizes = (text) => ({
    minified: Buffer.byteLength(text),
    gzip: gzipSync(text, { level: 9 }).length,
    brotli: brotliCompressSync(text).length,
  });
  const text = await bundled(PAGE);
  const [module] = /"[\w+/=]{10000,}"/.exec(text);
  return {
    script: sizes(text.replace(module, '""')),
    module: sizes(module),
    total: sizes(text),
    js: sizes(await bundled(PAGE.replace("index.js", "js/index.js"))),
  };
}

/** The parts that are larger than their budgets, in words. */
export const overruns = (sizes, budgets = BUDGETS) =>
  Object.entries(budgets)
    .filter(([part, budget]) => sizes[part].gzip > budget)
    .map(([part, budget]) => `${part}: ${sizes[part].gzip} bytes gzipped, budget ${budget}`);

export function table(sizes) {
  const row = (...cells) =>
    cells.map((cell, at) => (at ? String(cell).padStart(9) : cell.padEnd(8))).join("");
  const bytes = (number) => number.toLocaleString("en-US");
  return [
    row("bytes", "minified", "gzip", "brotli", "budget"),
    ...Object.entries(sizes).map(([part, { minified, gzip, brotli }]) =>
      row(part, bytes(minified), bytes(gzip), bytes(brotli), bytes(BUDGETS[part])),
    ),
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = await measure();
  console.log(table(sizes));
  const given = Object.fromEntries(process.argv.slice(2).map((argument) => argument.split("=")));
  const tooLarge = overruns(sizes, { ...BUDGETS, ...given });
  for (const overrun of tooLarge) console.error(overrun);
  process.exitCode = tooLarge.length > 0 ? 1 : 0;
}
