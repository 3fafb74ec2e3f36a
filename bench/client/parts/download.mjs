// What a page downloads for the three functions, bundled by esbuild and by Vite.

import { brotliCompressSync, gzipSync } from "node:zlib";
import { compare, NAMES } from "../../figures.mjs";
import { bundlers, PAGES } from "../bundles.mjs";

/** Most bytes of a page, gzipped: less than a third of what the official SDK takes. */
const LIMIT = 37_500;
/** The same of the build without WebAssembly. */
const LIMIT_JS = 52_000;

const ENCODINGS = {
  raw: (bytes) => bytes.length,
  gzip: (bytes) => gzipSync(bytes, { level: 9 }).length,
  brotli: (bytes) => brotliCompressSync(bytes).length,
};

export default async function measure() {
  const figures = [];
  const gzipped = Object.fromEntries(PAGES.map((name) => [name, []]));
  for (const [bundler, bundle] of Object.entries(bundlers)) {
    const pages = {};
    for (const name of PAGES) pages[name] = await bundle(name);
    for (const [encoding, size] of Object.entries(ENCODINGS)) {
      const sum = (files) => files.reduce((sum, { bytes }) => sum + size(bytes), 0);
      const sizes = Object.fromEntries(PAGES.map((name) => [name, [sum(pages[name])]]));
      if (encoding === "gzip")
        for (const name of PAGES) gzipped[name].push([bundler, sizes[name][0]]);
      const limit = { op: "<=", value: LIMIT, of: "value" };
      const about = {
        id: `download-${bundler}-${encoding}`,
        what: `${bundler}, ${encoding}`,
        unit: "bytes",
        against: "official",
        target: encoding === "gzip" ? limit : undefined,
      };
      figures.push(compare(about, sizes));
      if (encoding === "gzip") {
        const { "ours-js": ours, official } = sizes;
        const target = { op: "<=", value: LIMIT_JS, of: "value" };
        const id = `download-${bundler}-js`;
        const what = `· ${bundler}, the build without WebAssembly`;
        figures.push(compare({ ...about, id, what, target }, { ours, official }));
      }
    }
  }
  return {
    figures,
    series: [
      {
        id: "download",
        kind: "bars",
        title: "What a page downloads for the three functions, gzipped",
        xLabel: "bytes",
        yLabel: "",
        lines: PAGES.map((name) => ({ name: NAMES[name], points: gzipped[name] })),
      },
    ],
    notes: ["The three functions are `createUser`, `updateUser` and `updateCurrentUserDetails`."],
  };
}
