// Cloudflare's runtime: bundled by Wrangler, run by Miniflare in workerd.

import assert from "node:assert/strict";

export default {
  title: "Cloudflare Workers (workerd)",
  does: "build with Wrangler, one `.wasm` file, run in Miniflare; also with `nodejs_compat`",
  tried: ["wrangler", "miniflare", "workerd"],
  says: "Nothing to configure. The runtime gets the module compiled beforehand.",
  app: ["calls.js"],
  files: ["worker.js", "wrangler.json"],
  shows: ["worker.js", "wrangler.json"],
  commands: ["npx wrangler dev"],
  async run(project) {
    const { Miniflare } = project.tools.require("miniflare");
    for (const flags of [[], ["nodejs_compat"]]) {
      const out = `out-${flags.length}`;
      const compatibility = flags.flatMap((flag) => ["--compatibility-flags", flag]);
      await project.run(
        "wrangler",
        ["deploy", "--dry-run", "--outdir", out, "--metafile", ...compatibility],
        { env: { WRANGLER_SEND_METRICS: "false", CI: "1" } },
      );
      project.checkCompiled(out);
      const worker = new Miniflare({
        modules: true,
        modulesRoot: project.path(out),
        scriptPath: project.path(out, "worker.js"),
        modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
        compatibilityDate: "2026-04-01",
        compatibilityFlags: flags,
        host: "127.0.0.1",
      });
      try {
        const settings = project.settings();
        const address = new URL(await worker.ready);
        address.search = new URLSearchParams(settings);
        const reply = await fetch(address);
        const text = await reply.text();
        assert.equal(reply.status, 200, text);
        await project.check(text, settings);
      } finally {
        await worker.dispose();
      }
    }
  },
};
