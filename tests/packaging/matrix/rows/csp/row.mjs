// A page whose Content-Security-Policy allows nothing but what the package needs.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";

/** @param {string} scripts What scripts may come from. */
const policy = (scripts, emulator) =>
  `default-src 'none'; script-src ${scripts}; connect-src 'self' ${emulator}`;

export default {
  title: "A strict Content-Security-Policy",
  does: "build with Vite, Chromium; any violation fails; without `'wasm-unsafe-eval'` the error tells why, and `cometchat-users/js` works",
  tried: ["vite", "chromium"],
  says:
    "The header has to allow WebAssembly, and requests to the service: " +
    "`Content-Security-Policy: script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' " +
    "https://*.cometchat.io`. JavaScript's own `eval` stays forbidden. " +
    "Where the header is not yours to change, import `cometchat-users/js`, which needs no WebAssembly.",
  app: ["calls.js", "page/index.html", "page/main.js"],
  shows: [],
  commands: [],
  async run(project) {
    await project.run("vite", ["build"]);
    const { emulator } = project.settings();
    const serve = (scripts) =>
      project.serve("dist", { "Content-Security-Policy": policy(scripts, emulator) });
    await project.visit((await serve("'self' 'wasm-unsafe-eval'")).url);

    const { text, complaints } = await project.look((await serve("'self'")).url);
    const { details } = JSON.parse(text);
    assert.match(details, /script-src 'wasm-unsafe-eval'/);
    assert.match(complaints.join(), /Content.Security.Policy/i);

    const calls = await readFile(project.path("calls.js"), "utf8");
    await writeFile(
      project.path("calls.js"),
      calls.replace('"cometchat-users"', '"cometchat-users/js"'),
    );
    await project.run("vite", ["build"]);
    await project.visit((await serve("'self'")).url);
  },
};
