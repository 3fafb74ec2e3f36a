// Cold start in Chromium: from the navigation's start to the first user created, with nothing cached, on the
// machine as it is and slowed down to a phone on a slow connection.

import { chromium } from "../../../scripts/setup.mjs";
import { launchBrowser } from "../../../tests/support/browser.mjs";
import { compare, inTurns, NAMES } from "../../figures.mjs";
import { bundlers, PAGES, single } from "../bundles.mjs";
import { servePages, VISITED } from "../page-server.mjs";

// What Chromium's developer tools call "Slow 4G" (once "Fast 3G") and "3G": bytes a second, and milliseconds per
// request.
const SLOW_4G = {
  offline: false,
  latency: 150 * 3.75,
  downloadThroughput: ((1.6 * 1000 * 1000) / 8) * 0.9,
  uploadThroughput: ((750 * 1000) / 8) * 0.9,
};
const SLOW_3G = {
  offline: false,
  latency: 400 * 5,
  downloadThroughput: ((500 * 1000) / 8) * 0.8,
  uploadThroughput: ((500 * 1000) / 8) * 0.8,
};
const SLOW_CPU = 4;

const CONDITIONS = [
  { id: "page", what: "as the machine is", turns: 21 },
  { id: "page-cpu", what: `CPU ${SLOW_CPU} x slower`, turns: 11, rate: SLOW_CPU },
  { id: "page-network", what: "Slow 4G", turns: 5, network: SLOW_4G, target: 0.85 },
  { id: "page-3g", what: "3G", turns: 3, network: SLOW_3G },
  {
    id: "page-slow",
    what: `Slow 4G, CPU ${SLOW_CPU} x slower`,
    turns: 5,
    rate: SLOW_CPU,
    network: SLOW_4G,
  },
];

export default async function measure({ quick }) {
  process.env.CHROME_PATH ||= chromium().browser;
  const bundles = {};
  for (const name of PAGES) bundles[name] = await bundlers.vite(name);
  bundles["ours-cdn"] = await single();
  const server = await servePages(bundles);
  const browser = await launchBrowser();
  try {
    const figures = [];
    const conditions = quick ? CONDITIONS.slice(0, 2) : CONDITIONS;
    for (const { id, what, turns, rate, network, target } of conditions) {
      const visit = (name) => firstCall(browser, `${server.url}/${name}/index.html`, rate, network);
      // Warms up what all pages share: the browser's processes, the disk cache.
      if (!quick && !network) for (const name of VISITED) await visit(name);
      const times = await inTurns(quick ? 1 : turns, VISITED, visit);
      figures.push(
        compare(
          {
            id,
            what: `navigation to first user created, ${what}`,
            unit: "ms",
            against: "official",
            target: target && { op: "<=", value: target, of: "ratio" },
          },
          times,
        ),
      );
      if (network === SLOW_4G && !rate) {
        const { ours, "by-hand": byHand } = times;
        figures.push(
          compare(
            {
              id: `${id}-by-hand`,
              what: "· against a `fetch` by hand",
              unit: "ms",
              against: "by-hand",
              target: { op: "<=", value: 1.15, of: "ratio" },
            },
            { ours, "by-hand": byHand },
          ),
        );
      }
    }
    return {
      figures,
      series: [
        {
          id: "page",
          kind: "bars",
          title: "From navigation to the first user created",
          xLabel: "ms",
          yLabel: "",
          lines: VISITED.map((name) => ({
            name: NAMES[name],
            points: conditions.map(({ id, what }) => {
              const figure = figures.find((figure) => figure.id === id);
              const column = [figure, figure.baseline, ...figure.others].find((column) =>
                column === figure ? name === "ours" : column.what === NAMES[name],
              );
              return [what, column.value];
            }),
          })),
        },
      ],
      notes: [
        "Bundled by Vite, gzipped, from a server on the same machine; each visit has a new profile, with nothing " +
          "cached. Slow 4G is Chromium's own (it was called Fast 3G before): 562.5 ms a request, 180,000 bytes a second; " +
          "3G is 2,000 ms and 50,000.",
      ],
    };
  } finally {
    await browser.close();
    server.stop();
  }
}

/** Opens a page as a new visitor; returns the milliseconds until its first call was done. */
async function firstCall(browser, url, rate, network) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const failures = [];
    page.on("pageerror", (error) => failures.push(error));
    const tools = await context.newCDPSession(page);
    await tools.send("Network.enable");
    await tools.send("Network.setCacheDisabled", { cacheDisabled: true });
    if (network) await tools.send("Network.emulateNetworkConditions", network);
    if (rate) await tools.send("Emulation.setCPUThrottlingRate", { rate });
    await page.goto(url, { waitUntil: "commit" });
    const done = await page.waitForFunction(() => globalThis.done, undefined, { timeout: 60_000 });
    const { time, uid } = await done.jsonValue();
    if (uid !== "usr1" || failures.length > 0) throw new Error(`no user: ${failures[0]}`);
    return time;
  } finally {
    await context.close();
  }
}
