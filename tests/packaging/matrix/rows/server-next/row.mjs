// The backend's half in Next.js: the example app, with route handlers of both runtimes beside it, in a production build
// of each bundler.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const example = (path) => [
  path,
  fileURLToPath(new URL(`../../../../../examples/next/${path}`, import.meta.url)),
];

export default {
  title: "A backend: Next.js",
  does: "build `cometchat-users/server` with Turbopack and with webpack, start, call route handlers of Node's and (with Turbopack) the edge runtime, get a token, sign in with it in Chromium",
  tried: ["next", "react", "chromium", "node"],
  group: "heavy",
  // Turbopack accepts nothing from outside the project.
  ownTools: true,
  says:
    "Nothing to configure, for route handlers of Node's runtime and of the edge runtime. " +
    "[A page that signs in with such a token](recipes.md#nextjs) is a recipe.",
  app: ["server-calls.js"],
  files: ["app"],
  copies: ["session.js", "app/layout.jsx", "app/page.jsx", "app/api/cometchat-token/route.js"].map(
    example,
  ),
  shows: [],
  commands: ["npx next build", "npx next start"],
  async run(project) {
    for (const bundler of ["--turbopack", "--webpack"]) {
      await rm(project.path(".next"), { recursive: true, force: true });
      const paths = bundler === "--turbopack" ? ["/api/users", "/api/edge"] : ["/api/users"];
      // Built with webpack, Next.js 16.4.5 misses a file of its own for any route of the edge runtime.
      if (paths.length === 1) await rm(project.path("app/api/edge"), { recursive: true });
      const settings = project.serverSettings();
      const { NEW_UID: uid, ...variables } = project.variables(settings);
      const env = {
        NEXT_TELEMETRY_DISABLED: "1",
        NEXT_PUBLIC_COMETCHAT_APP_ID: settings.appId,
        NEXT_PUBLIC_COMETCHAT_EMULATOR: settings.emulator,
        ...variables,
      };
      await project.run("next", ["build", bundler], { env });
      const args = ["start", "--hostname", "127.0.0.1", "--port", "0"];
      const url = await project.start("next", args, /Local:\s+(\S+)/, { env });
      for (const path of paths) {
        const { restApiKey: _, ...settings } = project.serverSettings();
        const reply = await fetch(new URL(`${path}?${new URLSearchParams(settings)}`, url));
        await project.check(await reply.text(), settings);
      }
      const ask = (headers, method = "POST") =>
        fetch(new URL("/api/cometchat-token", url), { method, headers });
      const token = await ask({ Cookie: `uid=${uid}` });
      assert.equal(token.status, 200);
      assert.equal(token.headers.get("Cache-Control"), "no-store");
      assert.ok((await token.json()).authToken.startsWith(uid));
      assert.equal((await ask({})).status, 401);
      assert.equal(
        (await ask({ Cookie: `uid=${uid}`, Origin: "https://evil.example" })).status,
        403,
      );
      assert.equal((await ask({}, "GET")).status, 405);

      const known = await project.look(url, {}, "chromium", { name: "uid", value: uid, url });
      assert.deepEqual(known, { text: `Hello ${uid}`, complaints: [] });
      const { text } = await project.look(url, {});
      assert.match(text, /^No token came .*401/);
    }
  },
};
