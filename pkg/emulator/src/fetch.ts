// The platform's `fetch`, answered by an engine: the same arguments, the same kinds of failure, no network.

import type { EngineReply, EngineRequest } from "./engine.js";
import { isService } from "./hosts.js";

/** What answers the requests. */
export interface Server {
  /** Answers a request; rejects with the signal's reason when it aborts, and once the emulator is closed. */
  serve(request: EngineRequest, signal?: AbortSignal): Promise<EngineReply>;
  /** Whether it answers under this address, too. */
  hasAddress(url: URL): boolean;
  /** Called when the emulator is closed; returns the way to take the callback back. */
  onClose(callback: () => void): () => void;
}

/** Statuses whose responses have no body. */
const WITHOUT_BODY = [101, 204, 205, 304];
const REDIRECTS = [301, 302, 303, 307, 308];

/** Makes a `fetch` that needs no `this`. */
export function makeFetch(server: Server): typeof globalThis.fetch {
  return async (input, init) => {
    if (typeof Request !== "function" || typeof Response !== "function") {
      throw new TypeError(
        "cometchat-emulator: fetch needs `Request` and `Response`, and they are not there. In Jest's jsdom " +
          "environment, put them back as the README of cometchat-emulator shows.",
      );
    }
    // Neither is for the platform's class: a page's environment for tests may have signals of its own, and Node
    // refuses a referrer that is no whole URL, such as the official SDK's.
    const { signal: given, referrer: _, ...rest } = init ?? {};
    const request = new Request(input, rest);
    const signal = given ?? (given === null ? undefined : request.signal);
    const url = new URL(request.url);
    if (!isService(url) && !server.hasAddress(url)) {
      throw new TypeError(
        `cometchat-emulator: fetch answers for CometChat's hosts alone, and ${url.origin} is none of them. ` +
          "Use intercept() for code that also calls other hosts.",
      );
    }
    if (signal?.aborted) throw signal.reason;
    const body = request.body === null ? undefined : await bytesOf(request);
    const sent: EngineRequest = {
      method: request.method,
      url: url.pathname + url.search,
      headers: headersOf(request, url, body),
      body,
    };
    const reply = await server.serve(sent, signal);
    if (reply.ending === "hangup" || reply.status < 200) throw failed("other side closed");
    if (request.redirect === "error" && REDIRECTS.includes(reply.status)) {
      throw failed("unexpected redirect");
    }
    return responseTo(request, reply, signal, server);
  };
}

async function bytesOf(request: Request): Promise<Uint8Array | undefined> {
  const bytes = await request.arrayBuffer();
  return bytes.byteLength > 0 ? new Uint8Array(bytes) : undefined;
}

/** The headers that would be sent, those that the platform adds included. */
function headersOf(request: Request, url: URL, body: Uint8Array | undefined): string[] {
  const flat = ["host", url.host];
  for (const [name, value] of request.headers) flat.push(name, value);
  if (!request.headers.has("accept")) flat.push("accept", "*/*");
  if (body) flat.push("content-length", String(body.byteLength));
  return flat;
}

function responseTo(
  request: Request,
  { status, headers, body, ending }: EngineReply,
  signal: AbortSignal | undefined,
  server: Server,
): Response {
  const pairs: [string, string][] = [];
  for (let at = 0; at < headers.length; at += 2) {
    pairs.push([headers[at] as string, headers[at + 1] as string]);
  }
  const isEmpty = WITHOUT_BODY.includes(status) || request.method === "HEAD";
  const sent = ending === "stall" ? stalled(body, signal, server) : (body as BodyInit);
  const response = new Response(isEmpty ? null : sent, { status, headers: pairs });
  // A response that was made by hand has no address.
  Object.defineProperty(response, "url", { value: request.url, configurable: true });
  return response;
}

/** A body that has a beginning, and no end until the signal aborts or the emulator is closed. */
function stalled(beginning: Uint8Array, signal: AbortSignal | undefined, server: Server): BodyInit {
  let release = () => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(beginning);
      const abort = () => {
        release();
        controller.error(signal?.reason);
      };
      const takeBack = server.onClose(() => {
        release();
        controller.error(new TypeError("terminated", { cause: closed("other side closed") }));
      });
      signal?.addEventListener("abort", abort, { once: true });
      release = () => {
        takeBack();
        signal?.removeEventListener("abort", abort);
      };
    },
    cancel: () => release(),
  }) as BodyInit;
}

const closed = (why: string) => Object.assign(new Error(why), { code: "UND_ERR_SOCKET" });

/** The error of the platform for a request without a response. */
const failed = (why: string) => new TypeError("fetch failed", { cause: closed(why) });
