// The rows of the matrix, in the order of its table. Each is a folder below rows/: the files of a small
// project as anyone would write them, and row.mjs, which says what is done with it.

const NAMES = [
  "node-esm",
  "node-cjs",
  "require-esm",
  "typescript-nodenext",
  "typescript-bundler",
  "vite-build",
  "vite-dev",
  "webpack",
  "rollup",
  "esbuild-page",
  "esbuild-node",
  "classic-script",
  "next",
  "react-native",
  "jest",
  "vitest",
  "deno",
  "bun",
  "workerd",
  "web-worker",
  "csp",
  "chromium",
  "firefox",
  "script-tag",
  "server",
  "server-next",
];

/**
 * @typedef {object} Row
 * @property {string} name The folder's.
 * @property {string} title
 * @property {string} does What the row does, for the table.
 * @property {string[]} tried What the table shows the versions of: packages of tools, `node`, browsers.
 * @property {"basic" | "heavy"} [group] Which tools it needs; `npm test` runs the rows of `basic`.
 * @property {boolean} [ownTools] Whether the tools have to be inside the project's own folder.
 * @property {string} says For the documentation: what there is to know.
 * @property {string[]} app Files of app/, which rows share.
 * @property {string[]} [files] Files of the row's own folder.
 * @property {string[]} shows Files of the project that the documentation shows.
 * @property {string[]} commands For the documentation.
 * @property {"module" | "commonjs"} [type] The project's kind of scripts; default `module`.
 * @property {(project: ReturnType<import("./project.mjs").makeProject>) => Promise<void>} run
 */

/** @type {Row[]} */
export const rows = await Promise.all(
  NAMES.map(async (name) => ({ name, ...(await import(`./rows/${name}/row.mjs`)).default })),
);
