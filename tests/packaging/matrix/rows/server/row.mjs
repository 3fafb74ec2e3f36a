// The backend's half in each runtime for servers, and that no bundler for pages takes it.

import assert from "node:assert/strict";
import { run } from "../../../../support/programs.mjs";
import { answerOf } from "../../workerd.mjs";

/** What a page would download, by each bundler's own way to build for one. */
const PAGES = {
  esbuild: [
    "main.mjs",
    "--bundle",
    "--format=esm",
    "--platform=browser",
    "--outfile=page/esbuild.mjs",
  ],
  vite: ["build", "--logLevel", "warn", "--outDir", "page/vite"],
  webpack: ["--mode", "production", "--entry", "./main.mjs", "--output-path", "page/webpack"],
  rollup: ["main.mjs", "--plugin", "node-resolve={browser:true}", "--file", "page/rollup.mjs"],
};

export default {
  title: "A backend: Node, Deno, Bun, workerd",
  does: "run `cometchat-users/server`, `import` and `require`; build with Wrangler, run in Miniflare; a page's build of it throws",
  tried: ["node", "deno", "bun", "wrangler", "miniflare", "esbuild", "vite", "webpack", "rollup"],
  says:
    "`cometchat-users/server` has the operations that need the REST API key ([docs/server.md](server.md)). The key " +
    "comes from the environment of the server. In code for a browser the import throws, and says why.",
  app: ["server-calls.js", "server-calls.cjs"],
  files: ["main.mjs", "main.cjs", "worker.js", "wrangler.json", "index.html"],
  shows: ["server-calls.js", "main.mjs", "worker.js"],
  commands: [
    "node main.mjs",
    "bun run main.mjs",
    "deno run --allow-net --allow-env main.mjs",
    "npx wrangler dev",
  ],
  async run(project) {
    const call = (tool, args, env) =>
      project.calls(tool, args, { settings: project.serverSettings(), env });
    await call("node", ["main.mjs"]);
    await call("node", ["main.cjs"]);
    await call("bun", ["run", "main.mjs"]);
    await call("bun", ["run", "main.cjs"]);
    const deno = ["run", "--quiet", "--no-prompt", "--cached-only", "--node-modules-dir=manual"];
    await call("deno", [...deno, "--allow-net", "--allow-env", "main.mjs"], {
      DENO_DIR: project.path("deno-cache"),
      DENO_NO_UPDATE_CHECK: "1",
    });
    await inWorkerd(project);

    for (const [bundler, args] of Object.entries(PAGES)) {
      await project.run(bundler, args);
      for (const script of project.files("page").filter((file) => /\.m?js$/.test(file))) {
        const { code, stderr } = await run(process.execPath, [script]);
        assert.notEqual(code, 0, `${script} runs`);
        assert.match(stderr, /imported in code for a browser.*REST API key/s, script);
      }
      assert.ok(project.files("page").length > 0, bundler);
    }
  },
};

async function inWorkerd(project) {
  const env = { WRANGLER_SEND_METRICS: "false", CI: "1" };
  await project.run("wrangler", ["deploy", "--dry-run", "--outdir", "out"], { env });
  project.checkCompiled("out");
  const { restApiKey, ...settings } = project.serverSettings();
  const bindings = { COMETCHAT_REST_API_KEY: restApiKey };
  await project.check(await answerOf(project, "out", settings, { bindings }), settings);
}
