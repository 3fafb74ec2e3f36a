// The cost of one of the calls with a budget.

import { Worker } from "node:worker_threads";

/**
 * Counts in a thread with a module of its own, so that no call meets what another left in memory.
 *
 * @param {string} name One of the scenarios.
 * @param {Uint8Array} bytes The module that counts.
 * @param {number} [times] How often the call is made where once is counted.
 * @returns {Promise<{ instructions: number, crossings: number, memory: number, functions: { name: string,
 *   instructions: number }[] }>} For one call; of the memory, what it has grown by in all of them.
 */
export function cost(name, bytes, times = 1) {
  const worker = new Worker(new URL("cost.mjs", import.meta.url), {
    workerData: { bytes, name, times },
  });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
