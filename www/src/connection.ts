// What the page talks to: remembered, named by config.json, found on this machine, typed in, or an emulator of
// its own.

import { Client, type InitOptions } from "cometchat-users";
import { request } from "./engine.js";
import { IN_PAGE } from "./engine-messages.js";

export interface Connection {
  target: "emulator" | "service";
  emulatorUrl: string;
  region: string;
  appId: string;
  authKey: string;
  /** Opens the table of users; never needed for the package's own calls. */
  restApiKey: string;
  /** Whether this browser keeps the connection, keys and session included. */
  isRemembered: boolean;
}

/** An app as the emulator describes it to pages on its own machine. */
interface App {
  appId: string;
  authKey: string;
  restApiKey: string;
}

/** What config.json beside the page may hold. An emulator that serves the page lists its apps there. */
interface Config extends Partial<Omit<Connection, "isRemembered">> {
  apps?: App[];
}

/** One HTTP request that a call made, and the reply; what did not come is absent. */
export interface Exchange {
  method: string;
  url: string;
  headers: [string, string][];
  body?: string;
  status?: number;
  replyHeaders?: [string, string][];
  reply?: string;
  /** When it began, in milliseconds after the call began. */
  startedAt: number;
  milliseconds: number;
}

export const DEFAULT_EMULATOR = "http://127.0.0.1:8090";
const STORED = "cometchat-users-demo:connection";
const SESSION = "cometchat-users-demo";

export const BLANK: Connection = {
  target: "emulator",
  emulatorUrl: DEFAULT_EMULATOR,
  region: "us",
  appId: "",
  authKey: "",
  restApiKey: "",
  isRemembered: false,
};

/** The emulator in this page. Its app is the one that an emulator has by itself. */
export const HERE: Connection = {
  ...BLANK,
  emulatorUrl: IN_PAGE,
  appId: "APP_ID",
  authKey: "AUTH_KEY",
  restApiKey: "REST_API_KEY",
};

/**
 * What this browser remembers, else what config.json says, else an emulator on this machine, else the one in this
 * page.
 */
export async function find(): Promise<Connection> {
  const stored = read();
  if (stored) return stored;
  const config = await ask<Config>("./config.json").catch((): Config => ({}));
  const { apps, ...given } = config;
  if (apps?.[0]) return { ...BLANK, emulatorUrl: location.origin, ...apps[0] };
  if (given.appId && !given.emulatorUrl) return { ...BLANK, target: "service", ...given };
  if (!given.emulatorUrl && !isLocalPage()) return HERE;
  return complete({ ...BLANK, ...given }).catch(() => HERE);
}

/** An emulator gives its keys to pages on its own machine only. */
const isLocalPage = () => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname);

function read(): Connection | undefined {
  try {
    const stored = localStorage.getItem(STORED);
    return stored ? { ...BLANK, ...JSON.parse(stored) } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the connection in this browser, or removes it. */
export function remember(connection: Connection): void {
  try {
    if (connection.isRemembered) localStorage.setItem(STORED, JSON.stringify(connection));
    else localStorage.removeItem(STORED);
  } catch {
    // A browser without storage remembers nothing.
  }
}

/** Asks the emulator for what is missing. */
export async function complete(connection: Connection): Promise<Connection> {
  const { target, emulatorUrl, appId, authKey, restApiKey } = connection;
  if (target === "service" || (appId && authKey && restApiKey)) return connection;
  const { data } = await ask<{ data: { apps: App[] } }>(`${emulatorUrl}/__emulator/config`);
  const app = data.apps.find((app) => !appId || app.appId === appId);
  if (!app) throw new Error(`The emulator serves no app “${appId}”.`);
  return {
    ...connection,
    appId: app.appId,
    authKey: authKey || app.authKey,
    restApiKey: restApiKey || app.restApiKey,
  };
}

/** How long the page looks for an emulator, in milliseconds. */
const PATIENCE = 5_000;

async function ask<T>(url: string): Promise<T> {
  const reply = await request(url, { signal: AbortSignal.timeout(PATIENCE) });
  if (!reply.ok) throw new Error(`${url} answered with ${reply.status}.`);
  return reply.json();
}

let callStartedAt = 0;
let tell: (exchanges: Exchange[]) => void = () => {};
let exchanges: Exchange[] = [];

/** Begins a record of the requests of the next call; `told` is called at each. */
export function recordExchanges(told: (exchanges: Exchange[]) => void): Exchange[] {
  callStartedAt = performance.now();
  tell = told;
  exchanges = [];
  return exchanges;
}

/** Sends requests, with a record of each request: the package reports attempts of failures only. */
async function recordingFetch(url: string, options: RequestInit): Promise<Response> {
  const [record, told] = [exchanges, tell];
  const startedAt = performance.now();
  const exchange: Exchange = {
    method: options.method ?? "GET",
    url,
    headers: [...new Headers(options.headers)],
    ...(typeof options.body === "string" && { body: options.body }),
    startedAt: startedAt - callStartedAt,
    milliseconds: 0,
  };
  record.push(exchange);
  told(record);
  try {
    const reply = await request(url, options);
    exchange.status = reply.status;
    exchange.replyHeaders = [...reply.headers];
    // Not awaited: the body may never end.
    reply
      .clone()
      .text()
      .then(
        (text) => {
          exchange.reply = text;
        },
        () => {},
      );
    return reply;
  } finally {
    exchange.milliseconds = performance.now() - startedAt;
    told(record);
  }
}

/** A client for this connection. */
export function connect(connection: Connection): Client {
  const isKept = connection.isRemembered || connection.target === "emulator";
  return new Client(connection.appId, {
    ...settings(connection),
    fetch: recordingFetch,
    storage: isKept ? "local" : "memory",
    sessionName: SESSION,
  });
}

/** The settings of `init` for this connection. */
export function settings({ target, region, emulatorUrl }: Connection): InitOptions {
  return target === "service" ? { region } : { emulator: emulatorUrl };
}

/** The address of the connection, in words. */
export function address({ target, emulatorUrl, region }: Connection): string {
  if (emulatorUrl === IN_PAGE) return "in this page";
  return target === "emulator" ? emulatorUrl.replace(/^https?:\/\//, "") : `region ${region}`;
}

/** Why the emulator does not answer now; "" when it does. */
export async function whyDown(emulatorUrl: string): Promise<string> {
  const options = { signal: AbortSignal.timeout(4_000) };
  try {
    const { ok } = await request(`${emulatorUrl}/__emulator/health`, options);
    if (ok) return "";
  } catch (error) {
    if (emulatorUrl === IN_PAGE) return (error as Error).message;
  }
  return (
    `The emulator does not answer at ${emulatorUrl}. Start it with “npm start” in the project's folder, or ` +
    "change the connection. This page notices when it is there."
  );
}
