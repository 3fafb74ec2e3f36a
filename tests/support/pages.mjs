// A browser, and a server that serves its pages the files of one test and no others.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { launchBrowser } from "./browser.mjs";

/** Keeps both open during the tests of the surrounding suite. */
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
     * @param {() => any} [result] Asked in the page until it gives something.
     * @returns {Promise<{ result: any, asked: string[] }>} What it gave, and which paths the page and its
     *   workers asked for.
     */
    async open(body, scripts, result = () => globalThis.result) {
      files = {
        ...scripts,
        "/": `<!doctype html><title>page</title><link rel="icon" href="data:,">${body}`,
      };
      asked = [];
      const page = await browser.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      const given = await page
        .waitForFunction(result, undefined, { timeout: 20_000 })
        .then((handle) => handle.jsonValue())
        .catch((error) => assert.fail(`${error}\n${errors.join("\n")}`));
      assert.deepEqual(errors, []);
      await page.close();
      return { result: given, asked };
    },
  };
}
