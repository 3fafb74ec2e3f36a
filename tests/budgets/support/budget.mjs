// What one of the calls with a budget costs.

import { Worker } from "node:worker_threads";

/**
 * Counts in a thread with a module of its own: what one call leaves in its memory is not another's.
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
