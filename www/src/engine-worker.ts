// The worker that runs the emulator in the page. It keeps the state in the browser's database: a change is kept
// before it is answered. A lock has one worker at a time do so, whichever version of the page started it.

import { createEmulator, type Emulator } from "cometchat-emulator";
import { type EngineReply, type EngineRequest, IN_PAGE } from "./engine-messages.js";

const NAME = "cometchat-users-demo";
/** How long a worker waits for one of a tab that is just being closed, in milliseconds. */
const PATIENCE = 2_000;

let warning = "";
let kept: Promise<void> = Promise.resolve();

/** What was done once is not done again; what failed is. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= work().catch((error) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}

const running = once(async (): Promise<Emulator> => {
  await lock();
  const emulator = await createEmulator({ address: new URL(IN_PAGE).host });
  try {
    const state = await stored("readonly", (states) => states.get("state"));
    if (state) await emulator.restore(state);
  } catch (error) {
    // What is there stays as it is.
    warning = `This browser's users could not be read, and changes are not kept. ${String(error)}`;
  }
  return emulator;
});

/** Holds the lock until the worker ends. */
const lock = once((): Promise<void> => {
  // Only where a page came by HTTPS or from this machine. Elsewhere, shared workers have to do.
  if (!navigator.locks) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const hold = () => {
      resolve();
      return new Promise(() => {});
    };
    const signal = AbortSignal.timeout(PATIENCE);
    const why = "The emulator runs in another tab, of which this browser allows one: close that.";
    navigator.locks.request(NAME, { signal }, hold).catch(() => reject(new Error(why)));
  });
});

/** Does something with what is stored; resolves once it is done for good. */
function stored<T>(mode: IDBTransactionMode, work: (states: IDBObjectStore) => IDBRequest<T>) {
  return new Promise<T>((resolve, reject) => {
    const opening = indexedDB.open(NAME);
    opening.onupgradeneeded = () => opening.result.createObjectStore("states");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction("states", mode);
      const done = work(transaction.objectStore("states"));
      transaction.oncomplete = () => resolve(done.result);
      transaction.onabort = () => reject(transaction.error);
      database.close();
    };
  });
}

/** Keeps the state, after what is being kept now. */
function keep(emulator: Emulator): Promise<void> {
  kept = kept
    .then(async () => {
      const state = await emulator.snapshot();
      await stored("readwrite", (states) => states.put(state, "state"));
    })
    .catch((error) => {
      warning = `This browser does not keep the users. ${String(error)}`;
    });
  return kept;
}

async function answer(
  { url, method, headers, body }: EngineRequest,
  signal: AbortSignal,
): Promise<EngineReply> {
  const emulator = await running();
  try {
    const reply = await emulator.fetch(url, { method, headers, body, signal });
    const bytes = await reply.arrayBuffer();
    return { status: reply.status, headers: [...reply.headers], body: bytes, warning };
  } finally {
    // Faults are not part of the state: they end with the worker.
    const changes = method !== "GET" && !url.startsWith(`${IN_PAGE}/__emulator/faults`);
    if (changes && warning === "") await keep(emulator);
  }
}

function listen(to: { onmessage: ((event: MessageEvent) => void) | null }): void {
  to.onmessage = async ({ data, ports: [port] }: MessageEvent<EngineRequest>) => {
    if (!port) return;
    const aborting = new AbortController();
    port.onmessage = () => aborting.abort();
    port.postMessage(
      await answer(data, aborting.signal).catch((error) => ({ error: error.message as string })),
    );
  };
}

// Tabs connect to a shared worker; one of a single tab is that tab's.
if ("onconnect" in self) {
  self.onconnect = ({ ports: [port] }: MessageEvent) => port && listen(port);
} else {
  listen(self);
}
