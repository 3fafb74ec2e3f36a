// The demo page: the files that came with the package, served at `/` beside the service's routes. The
// `config.json` that tells the page which emulator it comes from is a route of the engine.

import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";

/** What the page may do; the native program sends the same. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; " +
  "style-src 'self'; img-src 'self' data: http: https:; connect-src 'self' http: https:; " +
  "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; " +
  "trusted-types engine; frame-ancestors 'none'";

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Answers a request for one of the page's files; gives whether it did. */
export type Page = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The page in a folder. */
export function pageIn(folder: string): Page {
  // Only what is there now is served: no path of a request is looked up among the files.
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const files = new Map(
    names.map((name) => [name.slice(folder.length).replaceAll("\\", "/"), name]),
  );
  return (request, response) => {
    const { method, url = "/" } = request;
    if (method !== "GET" && method !== "HEAD") return false;
    const [path = "/"] = url.split("?");
    const file = files.get(path.endsWith("/") ? `${path}index.html` : path);
    if (!file) return false;
    const body = readFileSync(file);
    response.writeHead(200, {
      ...HEADERS,
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-length": body.byteLength,
      // A file with a hash of its contents in its name never changes.
      "cache-control": path.startsWith("/assets/")
        ? "public, max-age=31536000, immutable"
        : "no-cache",
    });
    response.end(method === "HEAD" ? undefined : body);
    return true;
  };
}
