import { defineConfig } from "vite";

export default defineConfig({
  build: {
    ssr: "server.js",
    outDir: "server",
    rollupOptions: { output: { entryFileNames: "server.mjs" } },
  },
  ssr: { noExternal: true },
});
