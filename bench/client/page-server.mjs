// The pages of the contenders, gzipped as a web server sends them, and a service beside them that
// creates every user. A page records when its first call was done, counted from its navigation's start.

import { once } from "node:events";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { created, small } from "./users.mjs";

const TYPES = { html: "text/html", js: "text/javascript" };

const OURS = `
  await users.init("app", { region: "us" });
  const user = { uid: "usr1", name: "Kevin" };`;

/** The pages: the bundle on each, how it is set up, and the user it creates. */
const PAGES = {
  ours: { bundle: "ours", setup: OURS },
  "ours-js": { bundle: "ours-js", setup: OURS },
  "ours-cdn": {
    bundle: "ours-cdn",
    setup: `
  const users = await import("./cometchat-users.min.js");${OURS}`,
  },
  official: {
    bundle: "official",
    setup: `
  const settings = new users.AppSettingsBuilder().setRegion("us");
  await users.init("app", settings.autoEstablishSocketConnection(false).build());
  const user = new users.User("usr1");
  user.setName("Kevin");`,
  },
  "by-hand": {
    bundle: "by-hand",
    setup: `
  users.init("app", { region: "us" });
  const user = { uid: "usr1", name: "Kevin" };`,
  },
};
/** The pages' names. */
export const VISITED = Object.keys(PAGES);

/** The same for each page: redirects the service's address to this server. */
const page = (name, { setup }, script) => `<!doctype html>
<meta charset="utf-8">
<title>${name}</title>
<link rel="icon" href="data:,">
<script type="module" src="${script}"></script>
<script type="module">
  const { fetch } = window;
  window.fetch = (url, options) =>
    String(url).includes("cometchat.io") ? fetch(new URL(url).pathname, options) : fetch(url, options);${setup}
  const answer = await users.createUser(user, "key");
  window.done = { time: performance.now(), uid: answer.uid };
</script>`;

/**
 * @param {Record<string, import("./bundles.mjs").File[]>} bundles
 * @returns {Promise<{ url: string, stop(): void }>} A page's name is its path.
 */
export async function servePages(bundles) {
  const files = new Map();
  const add = (path, bytes) =>
    files.set(path, {
      bytes: gzipSync(bytes, { level: 9 }),
      type: TYPES[path.replace(/.*\./, "")],
    });
  for (const [name, about] of Object.entries(PAGES)) {
    const bundle = bundles[about.bundle];
    add(`/${name}/index.html`, page(name, about, bundle[0].name));
    for (const file of bundle) add(`/${name}/${file.name}`, file.bytes);
  }
  const answer = created(small);

  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    if (request.method === "POST") {
      request.resume();
      response.writeHead(200, { "content-type": "application/json" }).end(answer);
      return;
    }
    const file = files.get(path);
    if (!file) return void response.writeHead(404).end();
    response
      .writeHead(200, {
        "content-type": file.type,
        "content-encoding": "gzip",
        "content-length": file.bytes.length,
        "cache-control": "no-store",
      })
      .end(file.bytes);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
