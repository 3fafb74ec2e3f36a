// TypeScript as bundlers resolve modules: compiled strictly, bundled, and run in a page.

import { cp } from "node:fs/promises";
import { join } from "node:path";

export default {
  title: "TypeScript, `bundler`",
  does: "compile with `strict` and `skipLibCheck: false`, build with Vite, Chromium",
  tried: ["typescript", "typescript-5", "vite", "chromium"],
  says: "The types need those of `DOM` or of Node, depending on where the program runs, and nothing else.",
  app: ["calls.ts", "page/index.html"],
  files: ["main.ts", "tsconfig.json"],
  shows: ["main.ts", "tsconfig.json"],
  commands: ["npx tsc", "npx vite build"],
  async run(project) {
    for (const compiler of ["typescript", "typescript-5"]) {
      const tsc = join(project.tools.modules, compiler, "bin/tsc");
      await project.run("node", [tsc, "--outDir", compiler]);
      await cp(project.path("index.html"), project.path(compiler, "index.html"));
      await project.run("vite", ["build", compiler]);
      await project.visit((await project.serve(`${compiler}/dist`)).url);
    }
  },
};
