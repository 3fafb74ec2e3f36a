// TypeScript as Node resolves modules: compiled strictly, the typings of the package included, and run.

import { join } from "node:path";

export default {
  title: "TypeScript, `nodenext`",
  does: "compile with `strict` and `skipLibCheck: false`, run",
  tried: ["typescript", "typescript-5", "node"],
  says: "The types come with the package, for `import` and for `require`.",
  app: ["calls.ts"],
  files: ["main.ts", "tsconfig.json"],
  shows: ["main.ts", "tsconfig.json", "calls.ts"],
  commands: ["npx tsc", "node dist/main.js"],
  async run(project) {
    for (const compiler of ["typescript", "typescript-5"]) {
      const tsc = join(project.tools.modules, compiler, "bin/tsc");
      await project.run("node", [tsc, "--outDir", compiler]);
      await project.calls("node", [`${compiler}/main.js`]);
    }
  },
};
