// `npm run size`: what a web page downloads of the package for the three functions, the script as a
// bundler makes it and the module beside it, as they are and as a web server compresses them. It ends
// with 1 when one is larger than its budget.
//
//   node scripts/size.mjs [PART=BYTES …]    with other budgets

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root } from "./setup.mjs";

/** What a page imports. */
const PAGE = `export { init, createUser, updateUser, updateCurrentUserDetails }
  from "./pkg/dist/index.js";`;

/**
 * The most that each part may weigh, in bytes, gzipped. A part's budget lies a little above its weight,
 * so that it is noticed when it grows; raise it when what was added is worth it. The total's does not
 * change.
 */
export const BUDGETS = { script: 6_100, module: 30_900, total: 36 * 1024 };

/** The sizes of the parts, in bytes. */
export async function measure() {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: root },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    logLevel: "silent",
  });
  const sizes = (bytes) => ({
    minified: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  });
  const script = sizes(outputFiles[0].contents);
  const module = sizes(readFileSync(`${root}pkg/dist/cometchat_users.wasm`));
  const total = Object.fromEntries(
    Object.keys(script).map((form) => [form, script[form] + module[form]]),
  );
  return { script, module, total };
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
