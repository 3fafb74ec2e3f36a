// Cloudflare's runtime: bundled by Wrangler, run by Miniflare in workerd.

import { answerOf } from "../../workerd.mjs";

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
    for (const flags of [[], ["nodejs_compat"]]) {
      const out = `out-${flags.length}`;
      const compatibility = flags.flatMap((flag) => ["--compatibility-flags", flag]);
      await project.run(
        "wrangler",
        ["deploy", "--dry-run", "--outdir", out, "--metafile", ...compatibility],
        { env: { WRANGLER_SEND_METRICS: "false", CI: "1" } },
      );
      project.checkCompiled(out);
      const settings = project.settings();
      const text = await answerOf(project, out, settings, { compatibilityFlags: flags });
      await project.check(text, settings);
    }
  },
};
