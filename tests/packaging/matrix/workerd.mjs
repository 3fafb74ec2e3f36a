// Runs what Wrangler has built, in Cloudflare's runtime.

import assert from "node:assert/strict";

/** What the worker in this folder answers to a request with these settings in its query. */
export async function answerOf(project, folder, settings, options) {
  const { Miniflare } = project.tools.require("miniflare");
  const worker = new Miniflare({
    modules: true,
    modulesRoot: project.path(folder),
    scriptPath: project.path(folder, "worker.js"),
    modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
    compatibilityDate: "2026-04-01",
    host: "127.0.0.1",
    ...options,
  });
  try {
    const address = new URL(await worker.ready);
    address.search = new URLSearchParams(settings);
    const reply = await fetch(address);
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    return text;
  } finally {
    await worker.dispose();
  }
}
