// An HTTP server for an emulator, on `node:http`, which Deno and Bun have as well.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Listening, ListenOptions } from "./api.js";
import type { Core } from "./core.js";
import { asyncDisposable } from "./dispose.js";
import type { EngineReply } from "./engine.js";

/** What only the command sets. */
export interface ServerOptions extends ListenOptions {
  /** Answers a request that is none of the engine's: the demo page. Gives whether it did. */
  first?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Called after each request that may have changed the state. */
  changed?: () => void;
  /** How long a client may take to send a request, in milliseconds. */
  readTimeoutMs?: number;
}

/** How much of a body is read: more than any request of the service's, less than a snapshot may have. */
const BODY_BYTES = 1024 * 1024;
const OWN_BODY_BYTES = 256 * 1024 * 1024;

/** Up to this size a copy is cheaper than a second write. */
const TEXT_BYTES = 16 * 1024;

/** How long requests in progress may take once the server closes, in milliseconds. */
const GRACE_MS = 5_000;

/**
 * Listens.
 *
 * @throws Error of Node when the port is taken, or the host cannot be listened on.
 */
export async function listen(core: Core, options: ServerOptions): Promise<Listening> {
  const { createServer } = await import("node:http");
  const { port = 0, host = "127.0.0.1", readTimeoutMs = 10_000 } = options;
  const serving: Serving = { core, changed: options.changed, isClosing: false };
  const server = createServer(
    {
      requestTimeout: readTimeoutMs,
      headersTimeout: readTimeoutMs,
      keepAliveTimeout: readTimeoutMs,
      connectionsCheckingInterval: 1_000,
      // The responses are small and must not wait to be joined by more.
      noDelay: true,
    },
    (request, response) => {
      if (!options.first?.(request, response)) void answer(serving, request, response);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
  const removeAddress = core.addAddress(`${shown}:${address.port}`);

  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= new Promise<void>((resolve) => {
      removeAddress();
      serving.isClosing = true;
      const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      server.closeIdleConnections();
    });
    return closing;
  };
  const listening: Omit<Listening, symbol> = {
    url: `http://${shown}:${address.port}`,
    host: address.address,
    port: address.port,
    close,
  };
  return asyncDisposable(listening, close);
}

/** What all requests of a server share. */
interface Serving {
  core: Core;
  changed: (() => void) | undefined;
  isClosing: boolean;
}

async function answer(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", url = "/", rawHeaders } = request;
  try {
    const body = await read(request);
    const reply = await serving.core.serve({ method, url, headers: rawHeaders, body });
    send(serving, reply, response);
    if (method !== "GET" && method !== "HEAD" && method !== "OPTIONS") serving.changed?.();
  } catch {
    // The client went away, or the emulator is closed.
    response.destroy();
  }
}

/** The body, or `undefined` where there is none. Of one that is too large for the engine, only a part. */
function read(request: IncomingMessage): Promise<Uint8Array | undefined> | undefined {
  const { headers, url = "" } = request;
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) {
    return undefined;
  }
  const most = url.startsWith("/__emulator") ? OWN_BODY_BYTES : BODY_BYTES;
  // By events: the stream's iterator costs a small request a tenth of its time.
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    request.on("data", (chunk: Uint8Array) => {
      // The rest is read and dropped: some clients read the response only once they have sent everything.
      if (length <= most) chunks.push(chunk);
      length += chunk.byteLength;
    });
    request.on("end", () => resolve(chunks.length === 1 ? chunks[0] : joined(chunks)));
    // The client went away; or all is well, and this changes nothing.
    request.on("error", reject);
    request.on("close", reject);
  });
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

/** Whether a header is among names and values in turns. */
function names(headers: readonly string[], name: string): boolean {
  for (let at = 0; at < headers.length; at += 2) if (headers[at] === name) return true;
  return false;
}

/** The bytes as a text of a character for each. */
const latin1 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("latin1");

function send({ core, isClosing }: Serving, reply: EngineReply, response: ServerResponse): void {
  const { status, headers, body, ending } = reply;
  if (ending === "hangup") {
    response.destroy();
    return;
  }
  // The engine gives some lengths, such as that of what it does not send.
  if (!names(headers, "content-length")) headers.push("content-length", String(body.byteLength));
  // Nobody waits for the end of a connection that is idle after this.
  if (isClosing) headers.push("connection", "close");
  response.writeHead(status, headers);
  if (ending === "complete") {
    // As a text, Node sends a small body together with the head, and otherwise after it.
    if (body.byteLength > TEXT_BYTES) response.end(body);
    else response.end(latin1(body), "latin1");
    return;
  }
  response.write(body);
  const takeBack = core.onClose(() => response.destroy());
  response.once("close", takeBack);
}
