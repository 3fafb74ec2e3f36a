// Calls per second over loopback HTTP with 32 in flight: the package, and the `fetch` that one would
// write by hand, with a time limit and without, in turns and against the same server.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Client, User } from "cometchat-users";

const IN_FLIGHT = 32;
const WARM_UP = 10_000;
const CALLS = 3_000;

/**
 * @param {number} rounds How often each is measured.
 * @returns {Promise<{ ours: number[], byHand: number[], unlimited: number[] }>} Calls per second of
 *   each round.
 */
export async function measureThroughput(rounds) {
  const server = spawn(process.execPath, [fileURLToPath(new URL("server.mjs", import.meta.url))], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [port] = await once(server.stdout, "data");
    const base = `http://127.0.0.1:${String(port).trim()}/v3.0`;
    const client = new Client("app", { adminHost: base, clientHost: base });
    const calls = {
      ours: () => client.createUser(new User("usr1", "Kevin"), "key"),
      byHand: () => createByHand(base, { signal: AbortSignal.timeout(30_000) }),
      unlimited: () => createByHand(base, {}),
    };

    const rates = {};
    for (const [name, call] of Object.entries(calls)) {
      await perSecond(call, WARM_UP);
      rates[name] = [];
    }
    for (let round = 0; round < rounds; round++) {
      for (const [name, call] of Object.entries(calls)) {
        rates[name].push(await perSecond(call, CALLS));
      }
    }
    return rates;
  } finally {
    server.kill();
  }
}

async function createByHand(base, options) {
  const response = await fetch(`${base}/users`, {
    method: "POST",
    headers: {
      Accept: "application/json",
      appId: "app",
      apiKey: "key",
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ uid: "usr1", name: "Kevin" }),
    ...options,
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return (await response.json()).data;
}

async function perSecond(call, count) {
  let left = count;
  const worker = async () => {
    while (left-- > 0) {
      const user = await call();
      if (user.uid !== "usr1") throw new Error("the call gave no user");
    }
  };
  const start = process.hrtime.bigint();
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return count / (Number(process.hrtime.bigint() - start) / 1e9);
}
