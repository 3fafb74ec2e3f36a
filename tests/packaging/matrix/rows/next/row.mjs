// Next.js: a route handler, a server component and a client component, in a production build of each of
// its bundlers.

import { rm } from "node:fs/promises";

export default {
  title: "Next.js",
  does: "build with Turbopack and with webpack, start, call a route handler, Chromium",
  tried: ["next", "react", "chromium", "node"],
  group: "heavy",
  // Turbopack accepts nothing from outside the project.
  ownTools: true,
  says:
    "Nothing to configure, for route handlers, server components and client components. On a server that " +
    "serves several people, use a `Client` for each: then none sees another's session.",
  app: ["calls.js"],
  files: ["app"],
  shows: ["app/users.jsx", "app/rendered/page.jsx", "app/api/users/route.js"],
  commands: ["npx next build", "npx next start"],
  async run(project) {
    const env = { NEXT_TELEMETRY_DISABLED: "1" };
    for (const bundler of ["--turbopack", "--webpack"]) {
      await rm(project.path(".next"), { recursive: true, force: true });
      await project.run("next", ["build", bundler], { env });
      project.checkDownload(".next/static");
      const args = ["start", "--hostname", "127.0.0.1", "--port", "0"];
      const url = await project.start("next", args, /Local:\s+(\S+)/, { env });
      const settings = project.settings();
      const reply = await fetch(new URL(`/api/users?${new URLSearchParams(settings)}`, url));
      await project.check(await reply.text(), settings);
      await project.visit(new URL("/rendered", url));
      await project.visit(url);
    }
  },
};
