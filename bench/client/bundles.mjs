// Bundles a page for each contender.

import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { build as vite } from "vite";
import { path } from "./programs.mjs";

export const PAGES = ["ours", "ours-js", "official", "by-hand"];
/** The package as CDNs have it: one file, which no bundler has seen. */
const SINGLE = "cometchat-users.min.js";
const folder = fileURLToPath(new URL("../../target/bench/pages", import.meta.url));

/**
 * @typedef {{ name: string, bytes: Buffer }} File A file of a page; the first one is its script.
 *
 * @type {Record<string, (name: string) => Promise<File[]>>}
 */
export const bundlers = {
  async esbuild(name) {
    const { outputFiles } = await esbuild.build({
      entryPoints: [path(`pages/${name}.js`)],
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
      logLevel: "error",
    });
    return [{ name: `${name}.js`, bytes: Buffer.from(outputFiles[0].contents) }];
  },

  async vite(name) {
    const outDir = join(folder, name);
    await rm(outDir, { recursive: true, force: true });
    await vite({
      root: path("pages"),
      base: "./",
      configFile: false,
      logLevel: "error",
      build: {
        outDir,
        assetsDir: "",
        // Otherwise Vite warns that the official SDK's file is large.
        chunkSizeWarningLimit: 10_000,
        rollupOptions: { input: path(`pages/${name}.js`) },
      },
    });
    const names = (await readdir(outDir)).sort((a, b) => rank(a) - rank(b));
    return Promise.all(
      names.map(async (name) => ({ name, bytes: await readFile(join(outDir, name)) })),
    );
  },
};

/** A page that takes the package from a CDN. */
export const single = async () => [
  { name: SINGLE, bytes: await readFile(new URL(`../../pkg/dist/${SINGLE}`, import.meta.url)) },
];

const rank = (name) => (name.endsWith(".js") ? 0 : 1);
