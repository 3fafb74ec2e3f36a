// The emulator in this page. Requests to its address go to an engine in a worker, which is loaded with the
// first of them; all other requests go to the network. The tabs of a site share one worker where the browser has
// shared ones.

import { type EngineReply, type EngineRequest, IN_PAGE } from "./engine-messages.js";
import workerUrl from "./engine-worker.ts?worker&url";

let warning = "";
/** Why the users in this page will be gone once it is closed; "" when they are kept. */
export const engineWarning = (): string => warning;

type Waiting = (reply: EngineReply) => void;
const waiting = new Set<Waiting>();
let worker: { postMessage(message: EngineRequest, transfer: Transferable[]): void } | undefined;

/** The policy can do no more than name the worker, whatever it is asked for. */
function trusted(url: string): string {
  const policy = window.trustedTypes?.createPolicy("engine", { createScriptURL: () => url });
  return (policy?.createScriptURL("") ?? url) as string;
}
let address: string | undefined;

function start() {
  address ??= trusted(workerUrl);
  const options = { type: "module" } as const;
  const isShared = "SharedWorker" in window;
  const started = isShared ? new SharedWorker(address, options) : new Worker(address, options);
  started.addEventListener("error", () => {
    worker = undefined;
    for (const settle of waiting)
      settle({ error: "The emulator in this page did not load. It is tried again." });
  });
  return started instanceof Worker ? started : started.port;
}

/** As `fetch`, with the emulator in this page as one more host. */
export function request(url: string, options: RequestInit = {}): Promise<Response> {
  if (!url.startsWith(`${IN_PAGE}/`)) return fetch(url, options);
  const { signal } = options;
  return new Promise((resolve, reject) => {
    const { port1: port, port2 } = new MessageChannel();
    const settle = (reply: EngineReply) => {
      waiting.delete(settle);
      port.close();
      if ("error" in reply) return reject(new TypeError(reply.error));
      warning = reply.warning;
      const { status, headers, body } = reply;
      resolve(new Response(body.byteLength > 0 ? body : null, { status, headers }));
    };
    const abort = () => {
      port.postMessage("abort");
      waiting.delete(settle);
      reject(signal?.reason);
    };
    if (signal?.aborted) return abort();
    signal?.addEventListener("abort", abort, { once: true });
    waiting.add(settle);
    port.onmessage = ({ data }) => settle(data);
    worker ??= start();
    const { method = "GET", body = null } = options;
    worker.postMessage({ url, method, headers: [...new Headers(options.headers)], body }, [port2]);
  });
}
