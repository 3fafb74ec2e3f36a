// React Native: Metro's build, run in its engine, Hermes, with a host that gives it `fetch` and timers.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";

/** The engine's program for this system. */
const ENGINE = { linux: "linux64-bin", darwin: "osx-bin", win32: "win64-bin" }[process.platform];

export default {
  title: "React Native",
  does: "build with Metro, run in Hermes",
  tried: ["metro", "@react-native/babel-preset", "hermes-engine-cli"],
  group: "heavy",
  // Metro accepts nothing from outside the project.
  ownTools: true,
  says:
    "Nothing to configure: React Native's engine has no WebAssembly, and its bundler finds a build of the same " +
    "core in JavaScript. See [React Native](react-native.md).",
  app: ["calls.js"],
  files: ["index.js", "host.js", "babel.config.cjs", "metro.config.cjs"],
  shows: [],
  commands: [],
  async run(project) {
    const options = ["--platform", "android", "--dev", "false", "--minify", "true"];
    const config = ["--config", "metro.config.cjs"];
    await project.run("metro", ["build", "index.js", "--out", "built.js", ...options, ...config]);
    const built = await readFile(project.path("built.js"), "utf8");
    assert.doesNotMatch(built, /WebAssembly\.instantiate/, "this is the build with WebAssembly");
    const scripts = (await readFile(project.path("host.js"), "utf8")) + built;

    const settings = project.settings();
    const hermes = project.path("node_modules/hermes-engine-cli", ENGINE, "hermes");
    const replies = [];
    for (;;) {
      const hosted = JSON.stringify({ settings, replies });
      await writeFile(
        project.path("run.js"),
        `globalThis.hosted = ${hosted};\nhosted.print = print;\n${scripts}`,
      );
      const { stdout } = await project.run(hermes, ["-w", "run.js"]);
      const { request, result, error } = JSON.parse(stdout);
      assert.equal(error, undefined);
      if (result) return project.check(result, settings);
      const reply = await fetch(request.url, request);
      const headers = Object.fromEntries(reply.headers);
      replies.push({ status: reply.status, headers, text: await reply.text() });
    }
  },
};
