// How the page is built: relative addresses, so that `dist/` works below any path; a strict
// Content-Security-Policy; and everything for the first screen requested at once, and compressed.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** The emulator sends the same as a header, with `frame-ancestors`, which a page cannot set itself. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  // Avatars may be anywhere, and so may the emulator.
  "img-src 'self' data: http: https:",
  "connect-src 'self' http: https:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  // The one policy is in src/engine.ts: it gives the address of the worker, whatever it is asked for.
  "trusted-types engine",
].join("; ");

/** Only for the build: the development server injects styles into the page. */
const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
      injectTo: "head-prepend",
    },
  ],
};

/** Web hosts, and the emulator, send these to browsers that accept them. */
const compressed: Plugin = {
  name: "compressed",
  apply: "build",
  async writeBundle({ dir }) {
    for (const name of await readdir(dir ?? "", { recursive: true })) {
      if (!/\.(html|js|css|svg|wasm)$/.test(name)) continue;
      const file = `${dir}/${name}`;
      const bytes = await readFile(file);
      // The engine is large: the last few percent would take six seconds.
      const quality = name.endsWith(".wasm") ? 9 : 11;
      const options = { params: { [constants.BROTLI_PARAM_QUALITY]: quality } };
      await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, options));
      await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }
  },
};

export default defineConfig({
  base: "./",
  // No fallback page: a missing config.json has to be a 404.
  appType: "mpa",
  plugins: [contentSecurityPolicy, compressed],
  worker: { format: "es" },
  build: {
    target: "esnext",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // Compressing takes longest, as it should.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
