// A browser, and a server that gives its pages the files of one test and no others.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { launchBrowser } from "./browser.mjs";

/** Keeps both during the tests of the surrounding suite. */
export function usePages() {
  let browser;
  let server;
  let files = {};
  let asked = [];
  before(async () => {
    server = createServer((request, response) => {
      asked.push(request.url);
      const file = files[request.url];
      const type = request.url === "/" ? "text/html" : "text/javascript";
      response.writeHead(file === undefined ? 404 : 200, { "Content-Type": type });
      response.end(file);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  return {
    /**
     * Opens a page.
     *
     * @param {string} body Of the page at "/".
     * @param {Record<string, string>} scripts By their paths.
     * @returns {Promise<{ result: any, asked: string[] }>} What the page leaves in `globalThis.result`,
     *   and which paths it and its workers asked for.
     */
    async open(body, scripts) {
      files = {
        ...scripts,
        "/": `<!doctype html><title>page</title><link rel="icon" href="data:,">${body}`,
      };
      asked = [];
      const page = await browser.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      const result = await page
        .waitForFunction(() => globalThis.result, undefined, { timeout: 20_000 })
        .then((handle) => handle.jsonValue())
        .catch((error) => assert.fail(`${error}\n${errors.join("\n")}`));
      assert.deepEqual(errors, []);
      await page.close();
      return { result, asked };
    },
  };
}
