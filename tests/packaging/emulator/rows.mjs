// The rows of the emulator's package: where it is tried, and how. They run as those of the client's package do
// (../matrix), with both packages installed; the recipes are those of the documentation.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../support/programs.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const app = (...names) =>
  names.map((name) => {
    const [from, to = from] = name.split(" as ");
    return [to, here(`app/${from}`)];
  });
const recipe = (name, ...files) =>
  files.map((file) => [file, here(`../../../examples/emulator/${name}/${file}`)]);

const EXPECTED = {
  created: "Kevin",
  uid: "kevin",
  name: "Kevin S.",
  dropped: "TypeError",
  deleted: 200,
  left: [],
};
const OFFLINE = ["--require", "./no-network.cjs"];

/** With this flag, Node behaves like the versions whose `require` cannot load modules. */
const WITHOUT_REQUIRE_MODULE = process.allowedNodeEnvironmentFlags.has(
  "--experimental-require-module",
)
  ? ["--no-experimental-require-module"]
  : [];

/** Runs a program that prints what `calls` returns. */
async function calls(project, tool, args, options) {
  const { stdout, stderr } = await project.run(tool, args, options);
  assert.equal(stderr, "");
  assert.deepEqual(JSON.parse(stdout), EXPECTED);
}

/** Opens a page that writes what `calls` returns. */
async function visit(project, url) {
  const { text, complaints } = await project.look(url, {});
  assert.deepEqual(complaints, [], text);
  assert.deepEqual(JSON.parse(text), EXPECTED);
}

/** Asserts that a build has the engine once, as a file and not as text. */
function checkEngine(project, path) {
  const engine = readFileSync(project.path("node_modules/cometchat-emulator/dist/engine.wasm"));
  const files = project.files(path).filter((file) => file.endsWith(".wasm"));
  const engines = files.filter((file) => readFileSync(file).equals(engine));
  assert.equal(engines.length, 1, `not one engine in ${files.join(", ")}`);
  project.checkNotInlined(path);
}

const vitest = (copies, tests) => ({
  copies,
  async run(project) {
    const env = { NODE_OPTIONS: `--require ${here("app/no-network.cjs")}` };
    await project.run("vitest", ["run", "--reporter=json", "--outputFile=outcome.json"], { env });
    const outcome = JSON.parse(await readFile(project.path("outcome.json"), "utf8"));
    assert.deepEqual([outcome.numPassedTests, outcome.numTotalTests], [tests, tests]);
  },
});

/** @type {(Partial<import("../matrix/rows.mjs").Row> & { copies: [string, string][] })[]} */
export const rows = [
  {
    name: "node-import",
    copies: app("calls.js", "main.mjs", "no-network.cjs"),
    run: (project) => calls(project, "node", [...OFFLINE, "main.mjs"]),
  },
  {
    name: "node-require",
    type: "commonjs",
    copies: app("calls.cjs", "main.cjs", "no-network.cjs"),
    async run(project) {
      await calls(project, "node", [...OFFLINE, "main.cjs"]);
      await calls(project, "node", [...WITHOUT_REQUIRE_MODULE, ...OFFLINE, "main.cjs"]);
      const { stdout } = await project.run("node", [
        ...WITHOUT_REQUIRE_MODULE,
        "--print",
        'require.resolve("cometchat-emulator")',
      ]);
      assert.match(stdout, /dist[\\/]cjs[\\/]index\.js\n$/);
    },
  },
  {
    name: "node-listen",
    copies: app("listen.mjs"),
    run: (project) => listens(project, "node", ["listen.mjs"]),
  },
  { name: "vitest", ...vitest(recipe("vitest", "users.test.js"), 3) },
  { name: "vitest-offline", ...vitest(app("ten-lines.test.js"), 1) },
  { name: "msw", ...vitest(recipe("msw", "users.test.js"), 2) },
  { name: "official-sdk-in-jsdom", ...vitest(recipe("official-sdk", "users.test.js"), 1) },
  {
    name: "jest",
    type: "commonjs",
    copies: recipe("jest", "users.test.js", "page.test.js", "page-environment.cjs"),
    async run(project) {
      await project.run("jest", ["--ci", "--json", "--outputFile=outcome.json"]);
      const outcome = JSON.parse(await readFile(project.path("outcome.json"), "utf8"));
      assert.deepEqual([outcome.numPassedTests, outcome.numTotalTests], [3, 3]);
    },
  },
  {
    name: "node-test",
    copies: recipe("node-test", "users.test.mjs"),
    async run(project) {
      const { stdout } = await project.run("node", ["--test"]);
      assert.match(stdout, /^(#|ℹ) pass 2$/m);
    },
  },
  {
    name: "deno",
    copies: app("calls.js", "main.mjs", "listen.mjs"),
    async run(project) {
      const env = { DENO_DIR: project.path("deno-cache"), DENO_NO_UPDATE_CHECK: "1" };
      const run = ["run", "--quiet", "--no-prompt", "--cached-only", "--node-modules-dir=manual"];
      await calls(project, "deno", [...run, "--allow-read", "main.mjs"], { env });
      const net = ["--allow-read", "--allow-net=127.0.0.1"];
      await listens(project, "deno", [...run, ...net, "listen.mjs"], { env });
    },
  },
  {
    name: "bun",
    copies: app("calls.js", "calls.cjs", "main.mjs", "main.cjs", "listen.mjs"),
    async run(project) {
      await calls(project, "bun", ["run", "main.mjs"]);
      await calls(project, "bun", ["run", "main.cjs"]);
      await listens(project, "bun", ["run", "listen.mjs"]);
    },
  },
  {
    name: "workerd",
    copies: app("calls.js", "workerd.js"),
    async run(project) {
      const { Miniflare } = project.tools.require("miniflare");
      const date = "2026-04-01";
      const deploy = ["deploy", "workerd.js", "--dry-run", "--outdir", "out", "--name", "users"];
      await project.run("wrangler", [...deploy, "--compatibility-date", date], {
        env: { WRANGLER_SEND_METRICS: "false", CI: "1" },
      });
      checkEngine(project, "out");
      const worker = new Miniflare({
        modules: true,
        modulesRoot: project.path("out"),
        scriptPath: project.path("out/workerd.js"),
        modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
        compatibilityDate: date,
        host: "127.0.0.1",
      });
      try {
        const reply = await fetch(await worker.ready);
        assert.deepEqual(await reply.json(), EXPECTED);
      } finally {
        await worker.dispose();
      }
    },
  },
  {
    name: "vite-page",
    copies: app("calls.js", "index.html", "main.js"),
    async run(project) {
      await project.run("vite", ["build", "--target", "esnext"]);
      checkEngine(project, "dist");
      await visit(project, (await project.serve("dist")).url);
      const args = ["--host", "127.0.0.1", "--port", "0"];
      await visit(project, await project.start("vite", args, /Local:\s+(\S+)/));
    },
  },
  {
    name: "webpack-page",
    copies: app("calls.js", "index.html", "main.js"),
    async run(project) {
      const args = ["--entry", "./main.js", "--mode", "production", "--stats", "errors-only"];
      await project.run("webpack", ["build", ...args]);
      checkEngine(project, "dist");
      await cp(project.path("index.html"), project.path("dist/index.html"));
      await visit(project, (await project.serve("dist")).url);
    },
  },
  {
    name: "worker",
    copies: app("calls.js", "index.html", "in-worker.js as main.js", "worker.js"),
    async run(project) {
      await project.run("vite", ["build", "--target", "esnext"]);
      checkEngine(project, "dist");
      await visit(project, (await project.serve("dist")).url);
    },
  },
  {
    name: "playwright",
    copies: recipe("playwright", "index.html", "main.js", "vite.config.js", "users.test.mjs"),
    async run(project) {
      await project.run("vite", ["build", "--mode", "test"]);
      const { url } = await project.serve("dist");
      const playwright = "node_modules/playwright-core";
      await symlink(here(`../../../${playwright}`), project.path(playwright), "junction");
      const { stdout } = await project.run("node", ["--test"], { env: { PAGE: url } });
      assert.match(stdout, /^(#|ℹ) pass 2$/m);
      // What is published has nothing of the emulator in it.
      await project.run("vite", ["build"]);
      const scripts = project.files("dist").filter((file) => /\.(js|wasm)$/.test(file));
      assert.ok(scripts.length > 0);
      for (const file of scripts) {
        assert.ok(!readFileSync(file, "latin1").includes("__emulator"), file);
      }
    },
  },
  {
    name: "github-actions",
    copies: recipe("github-actions", "test.yml"),
    async run(project) {
      const workflow = await readFile(project.path("test.yml"), "utf8");
      const [, step] = /run: \|\n([\s\S]*?)\n {6}- /.exec(workflow);
      const program = `
        import { createUser, init } from "cometchat-users";
        await init(process.env.COMETCHAT_APP_ID, { region: "us" });
        const user = await createUser({ uid: "kevin", name: "Kevin" }, process.env.COMETCHAT_AUTH_KEY);
        console.log(user.name);`;
      await writeFile(project.path("main.mjs"), program);
      // As the runner does it: each step in a shell of its own, with what the steps before have put there.
      const script = `
        ${step.replace(/^ {10}/gm, "")}
        (set -a; . "$GITHUB_ENV"; ${process.execPath} main.mjs)
        trap "" TERM
        kill 0`;
      const env = { GITHUB_ENV: project.path("environment"), COMETCHAT_EMULATOR_PORT: "0" };
      // In a process group of its own, which ends as a whole: npx runs the program as its child.
      const bash = ["--wait", "bash", "-e", "-c", script];
      const { code, stdout, stderr } = await run("setsid", bash, {
        cwd: project.folder,
        env,
      });
      assert.deepEqual([code, stdout], [0, "Kevin\n"], stderr);
    },
  },
  {
    name: "typescript",
    copies: app("types.ts"),
    async run(project) {
      // The package's own typings are checked as well.
      const common = { noEmit: true, strict: true, target: "es2022", skipLibCheck: false };
      for (const options of [
        { module: "nodenext", types: ["node"], lib: ["es2022"] },
        { module: "nodenext", types: [], lib: ["es2022", "dom"] },
        { module: "preserve", types: [], lib: ["es2022", "dom"] },
      ]) {
        const config = { compilerOptions: { ...common, ...options }, files: ["types.ts"] };
        await writeFile(project.path("tsconfig.json"), JSON.stringify(config));
        for (const compiler of ["typescript", "typescript-5"]) {
          await project.run("node", [join(project.tools.modules, compiler, "bin/tsc")]);
        }
      }
    },
  },
];

async function listens(project, tool, args, options) {
  const { stdout } = await project.run(tool, args, options);
  assert.deepEqual(JSON.parse(stdout), [200, 6, true, true]);
}
