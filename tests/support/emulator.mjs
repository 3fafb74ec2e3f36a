// An emulator process for a test file, and direct HTTP access to it, past the package, to ask the server itself
// what it holds.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { Client } from "cometchat-users";
import { startEmulator } from "../../scripts/emulator.mjs";

/**
 * Starts an emulator before the tests of the surrounding suite and stops it after them.
 *
 * @param {{ args?: string[] }} [options] What the emulator is started with.
 */
export function useEmulator(options) {
  let running;
  before(async () => {
    running = await startEmulator(options);
  });
  after(() => running?.stop());

  return {
    get url() {
      return running.url;
    },
    get appId() {
      return running.appId;
    },
    get authKey() {
      return running.authKey;
    },
    reset: () => running.reset(),

    /** A client of its own for this emulator, with a session in memory. */
    client(settings = {}) {
      const client = new Client(settings.appId ?? running.appId, settings);
      client.connectEmulator(running.url);
      return client;
    },

    /** A request with the REST API key; returns the reply's `data`. */
    async rest(method, path, body, headers = {}) {
      const response = await fetch(`${running.url}/v3${path}`, {
        method,
        headers: {
          appId: running.appId,
          apiKey: running.restApiKey,
          "Content-Type": "application/json",
          ...headers,
        },
        body: body && JSON.stringify(body),
      });
      const reply = await response.json();
      assert.ok(response.ok, `${method} ${path}: ${JSON.stringify(reply)}`);
      return reply.data;
    },
  };
}

let uids = 0;

/** A uid that no other test of this process uses. */
export function newUid(prefix = "user") {
  uids += 1;
  return `${prefix}-${process.pid}-${uids}`;
}

/** An address of this machine where nobody listens: a server used it a moment ago. */
export async function deserted() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}
