// What the page talks to: read from the tab's own settings, from config.json, or from the defaults;
// watched while the page is open.

import { connectEmulator, init, load } from "cometchat-users";

export interface Connection {
  target: "emulator" | "service";
  emulatorUrl: string;
  region: string;
  appId: string;
  authKey: string;
}

/** One HTTP request that a call made. */
export interface Exchange {
  method: string;
  url: string;
  /** Absent when no reply came. */
  status?: number;
  milliseconds: number;
}

const STORED = "cometchat-users-demo:connection";
const DEFAULTS: Connection = {
  target: "emulator",
  emulatorUrl: "http://127.0.0.1:8090",
  region: "us",
  appId: "",
  authKey: "",
};

/** What the form was given in this tab, else what config.json says, else the defaults. */
export async function readConnection(): Promise<Connection> {
  const stored = sessionStorage.getItem(STORED);
  if (stored) return { ...DEFAULTS, ...JSON.parse(stored) };
  try {
    const reply = await fetch("./config.json", { cache: "no-store" });
    return { ...DEFAULTS, ...(reply.ok ? await reply.json() : {}) };
  } catch {
    return DEFAULTS;
  }
}

/**
 * Connects anew, by loading the page again: a connection to the emulator lasts as long as the page.
 *
 * @param connection Absent: what config.json says.
 */
export function reconnect(connection?: Connection): void {
  if (connection) sessionStorage.setItem(STORED, JSON.stringify(connection));
  else sessionStorage.removeItem(STORED);
  location.reload();
}

/** Requests since the list was last emptied; every call empties it first. */
export const exchanges: Exchange[] = [];

/** `fetch` with a record of what passed through it. */
async function recordingFetch(url: string, options: RequestInit): Promise<Response> {
  const exchange: Exchange = { method: options.method ?? "GET", url, milliseconds: 0 };
  exchanges.push(exchange);
  const startedAt = performance.now();
  try {
    const reply = await fetch(url, options);
    exchange.status = reply.status;
    return reply;
  } finally {
    exchange.milliseconds = performance.now() - startedAt;
  }
}

/** Prepares the package for this connection. */
export async function connect(connection: Connection): Promise<void> {
  await load();
  if (connection.target === "emulator") connectEmulator(connection.emulatorUrl);
  await init(connection.appId, { ...settings(connection), fetch: recordingFetch });
}

/** What `init` is given for this connection. */
export function settings({ target, region }: Connection): { region?: string } {
  return target === "service" ? { region } : {};
}

const PAUSE_MS = 4_000;

/** Tells now and from then on, as long as the page is in view, whether the emulator answers. */
export async function watchHealth(url: string, tell: (isUp: boolean) => void): Promise<void> {
  if (!document.hidden) {
    const options = { signal: AbortSignal.timeout(PAUSE_MS) };
    tell(
      await fetch(`${url}/__emulator/health`, options).then(
        (reply) => reply.ok,
        () => false,
      ),
    );
  }
  setTimeout(watchHealth, PAUSE_MS, url, tell);
}
