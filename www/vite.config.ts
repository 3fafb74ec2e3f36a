// How the page is built: relative addresses, so that `dist/` works below any path, and a
// Content-Security-Policy, which shows that the package runs under a strict one.

import { defineConfig, type Plugin } from "vite";

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  // Avatars may lie anywhere, and so may the emulator.
  "img-src 'self' http: https:",
  "connect-src 'self' http: https:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Only for the build: the development server puts styles into the page itself. */
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

export default defineConfig({
  base: "./",
  // No page for unknown addresses: a missing config.json has to be seen as missing.
  appType: "mpa",
  plugins: [contentSecurityPolicy],
  build: { target: "esnext", modulePreload: { polyfill: false } },
});
