// A server that answers as a fault demands, byte by byte: it speaks HTTP over a bare socket, so that it
// can stop, stall and lie at any place. Clients name their method in the path (`/createUser/v3.0/…`), so
// that one server serves all methods of a fault and counts their requests apart.

import { once } from "node:events";
import { createServer } from "node:net";
import { FRESH_TOKEN, SESSION_TOKEN, sessionUser } from "./secrets.mjs";

/**
 * A request as it arrived.
 *
 * @typedef {object} Request
 * @property {string} method The HTTP method.
 * @property {string} caller The first part of the path: the client's method.
 * @property {string} path The rest of it.
 * @property {Record<string, string>} headers With names in lower case.
 * @property {string} body
 * @property {number} count 1 for this caller's first request.
 */

/**
 * Starts a server on a port of its own.
 *
 * @param {(socket: import("node:net").Socket, request: Request) => unknown} answer
 */
export async function serve(answer) {
  const sockets = new Set();
  const requests = [];
  const waiting = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    let received = "";
    socket.setEncoding("latin1").on("data", (chunk) => {
      received += chunk;
      const head = received.indexOf("\r\n\r\n");
      if (head < 0) return;
      const [line, ...lines] = received.slice(0, head).split("\r\n");
      const headers = Object.fromEntries(
        lines.map((header) => {
          const colon = header.indexOf(":");
          return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()];
        }),
      );
      const end = head + 4 + Number(headers["content-length"] ?? 0);
      if (received.length < end) return;
      const body = received.slice(head + 4, end);
      received = received.slice(end);
      const [method, url] = line.split(" ");
      const [, caller, ...path] = url.split("/");
      if (caller === "arrived") {
        waiting.push({ caller: path[0], socket });
      } else {
        const count = requests.filter((request) => request.caller === caller).length + 1;
        const request = { method, caller, path: `/${path.join("/")}`, headers, body, count };
        requests.push(request);
        answer(socket, request);
      }
      for (const waiter of waiting) {
        if (requests.some((request) => request.caller === waiter.caller)) {
          waiter.socket.end(http(200, ""));
        }
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** An address of this machine where nobody listens: a server had it a moment ago. */
export async function deserted() {
  const server = await serve(() => {});
  await server.stop();
  return server.url;
}

const bytes = (body) => (typeof body === "string" ? Buffer.from(body) : body);

/** A whole HTTP reply. `headers` may replace the usual ones; undefined takes one away. */
export function http(status, body = "", headers = {}) {
  const content = bytes(body);
  const all = {
    "Content-Type": "application/json",
    "Content-Length": content.length,
    Connection: "close",
    ...headers,
  };
  const lines = Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n`),
    content,
  ]);
}

/** A body sent as one chunk: its length is not in the headers. */
export function chunked(body) {
  const content = bytes(body);
  const size = content.length.toString(16);
  return Buffer.concat([Buffer.from(`${size}\r\n`), content, Buffer.from("\r\n0\r\n\r\n")]);
}

export const CHUNKED = { "Content-Length": undefined, "Transfer-Encoding": "chunked" };

/** What the service would put under `data`. */
export function healthyData({ method, path, body }) {
  if (path.endsWith("/auth_tokens")) {
    return { uid: "user1", authToken: FRESH_TOKEN, createdAt: 1730306819 };
  }
  if (path.endsWith("/me")) {
    if (method === "DELETE") return { success: true, message: "Logged out." };
    return sessionUser(body.includes('"platform"') ? FRESH_TOKEN : SESSION_TOKEN);
  }
  return { uid: "user1", name: "Kevin", role: "default", status: "offline", createdAt: 1638354015 };
}

/** The service's own reply to a request, with more fields in the user if wanted. */
export const healthyText = (request, more = {}) =>
  JSON.stringify({ data: { ...healthyData(request), ...more } });

export const healthy = (socket, request) => socket.end(http(200, healthyText(request)));

/** A refusal in the service's words. */
export const refusal = (code, message = "Refused.") =>
  JSON.stringify({ error: { code, message, devMessage: message, source: "chat-api" } });
