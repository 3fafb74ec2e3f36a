// The Chromium of the tests: headless, without requests of its own.

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

/** Starts Chromium: Debian's, or the one in `CHROME_PATH`. */
export const launchBrowser = (...args) =>
  chromium.launch({
    executablePath: process.env.CHROME_PATH || "/usr/bin/chromium",
    args: [...ARGS, ...args],
  });
