// Serves a folder to a browser, as any web host would, compressed where there is a compressed copy.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * @param {string} folder
 * @param {Record<string, string>} [headers] Sent with each reply.
 * @returns {Promise<{ url: string, requests: string[], stop(): void }>} `requests` are the paths asked for.
 */
export async function serve(folder, headers = {}) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://page");
    requests.push(pathname);
    if (pathname === "/favicon.ico") return response.writeHead(204).end();
    const file = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
    const read = (name) => readFile(join(folder, name)).catch(() => undefined);
    const takesGzip = /\bgzip\b/.test(request.headers["accept-encoding"]);
    const small = takesGzip ? await read(`${file}.gz`) : undefined;
    const body = small ?? (await read(file));
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    if (small) response.setHeader("Content-Encoding", "gzip");
    response.writeHead(body ? 200 : 404, { "Content-Type": type, ...headers });
    response.end(body ?? "not found");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    requests,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
