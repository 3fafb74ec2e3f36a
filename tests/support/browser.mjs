// The Chromium of the tests: headless, and quiet towards a network that may not be there.

import { chromium } from "playwright-core";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts Chromium; `CHROME_PATH` names another than Debian's. */
export const launchBrowser = (...args) =>
  chromium.launch({
    executablePath: process.env.CHROME_PATH || "/usr/bin/chromium",
    args: [...ARGS, ...args],
  });
