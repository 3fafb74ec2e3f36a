// `npm run demo:load`: how long the demo page takes, on a slow connection and a slow processor, until it
// can be used, and how much it downloads. Needs the built page (`npm run build`) and Chromium.

import { fileURLToPath } from "node:url";
import { launchBrowser } from "../tests/support/browser.mjs";
import { startEmulator } from "./emulator.mjs";
import { root } from "./setup.mjs";

/** "Slow 4G" of Chrome's developer tools: a 1.6 Mbit/s line of 150 ms, as it is felt by a request. */
export const SLOW_4G = {
  offline: false,
  latency: 150 * 3.75,
  downloadThroughput: ((1.6 * 1000 * 1000) / 8) * 0.9,
  uploadThroughput: ((750 * 1000) / 8) * 0.9,
};
export const CPU_SLOWDOWN = 4;

/**
 * Loads the page once, with nothing cached.
 *
 * @returns When the form could be sent, in milliseconds from the navigation's start; what had come by
 *   then, in bytes as they went over the wire; and by file.
 */
export async function measureLoad(browser, url) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    await client.send("Network.enable");
    await client.send("Network.emulateNetworkConditions", SLOW_4G);
    await client.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
    const names = new Map();
    const files = new Map();
    client.on("Network.requestWillBeSent", ({ requestId, request }) => {
      names.set(requestId, new URL(request.url).pathname);
    });
    client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const name = names.get(requestId);
      files.set(name, (files.get(name) ?? 0) + encodedDataLength);
    });
    await page.goto(url, { waitUntil: "commit" });
    const interactiveMs = await page
      .waitForFunction(() => performance.getEntriesByName("interactive")[0]?.startTime)
      .then((handle) => handle.jsonValue());
    const bytes = new Map(files);
    // The page says that it can be used: it has to be true.
    await page.getByRole("button", { name: "Create user", exact: true }).click();
    await page.locator("#status.good").waitFor();
    return {
      interactiveMs,
      files: bytes,
      bytes: [...bytes.values()].reduce((sum, size) => sum + size, 0),
    };
  } finally {
    await context.close();
  }
}

/** Measures so many times; the fastest, since only the page's own time is wanted. */
export async function bestLoad(browser, url, times) {
  const loads = [];
  for (let time = 0; time < times; time++) loads.push(await measureLoad(browser, url));
  return loads.sort((one, other) => one.interactiveMs - other.interactiveMs)[0];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const emulator = await startEmulator({ args: ["--page", `${root}www/dist`] });
  const browser = await launchBrowser();
  const { interactiveMs, bytes, files } = await bestLoad(browser, emulator.url, 3);
  console.log("First load, Slow 4G of the developer tools, CPU 4x slower, nothing cached:\n");
  for (const [name, size] of files) console.log(`  ${String(size).padStart(7)} bytes  ${name}`);
  console.log(`  ${String(bytes).padStart(7)} bytes  in all, headers included`);
  console.log(`\n  usable after ${(interactiveMs / 1000).toFixed(2)} s (best of 3)`);
  await browser.close();
  await emulator.stop();
}
