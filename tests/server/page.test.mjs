// A page gets nothing of the server's half: neither its texts in the module or the script that a page downloads, nor
// the entry, whose place is taken by an error in a build for browsers.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { build } from "esbuild";
import { root, run } from "../support/programs.mjs";

const dist = `${root}pkg/dist`;
const read = (path) => readFileSync(`${dist}/${path}`, "latin1");

/** What only the server's module says: paths, headers, names of fields and messages. */
const TEXTS = [
  "/data_import/users",
  "/blockedusers",
  "onBehalfOf",
  "uidsToDeactivate",
  "perMinute",
  "x-rate-limit",
  "REST API",
  "searchKey",
];

test("the server's module has these texts, and the page's has none of them", () => {
  const server = read("server/cometchat_users_server.wasm");
  const page = read("cometchat_users.wasm");
  for (const text of TEXTS) {
    assert.ok(server.includes(text), `the server's module does not say ${text}`);
    assert.ok(!page.includes(text), `the page's module says ${text}`);
  }
});

test("no script that a page may load knows of the REST API key", () => {
  const scripts = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`.slice(dist.length + 1))
    // The command and the import are for servers, too.
    .filter((path) => !/^(cjs\/)?(server|provision)\/|^command\.js$/.test(path));
  assert.ok(scripts.length > 20);
  for (const path of scripts) {
    const text = read(path);
    for (const word of ["AdminClient", "AdminCore", "tokenHandler", "onBehalfOf"]) {
      assert.ok(!text.includes(word), `${path} names ${word}`);
    }
  }
});

test("the server's scripts are bundles: what they are made of is not published", () => {
  const scripts = (folder) =>
    readdirSync(`${dist}/${folder}`).filter((name) => name.endsWith(".js"));
  assert.deepEqual(scripts("server"), ["browser.js", "edge-light.js", "index.js", "workerd.js"]);
  assert.deepEqual(scripts("cjs/server"), ["browser.js", "index.js"]);
});

const { exports: entries } = JSON.parse(readFileSync(`${root}pkg/package.json`, "utf8"));

test("each condition of the entry leads where it should, and every file is there", () => {
  const found = {};
  const walk = (node, path) => {
    if (typeof node === "string") {
      assert.ok(existsSync(`${root}pkg/${node}`), node);
      if (path.at(-1) === "default") found[path.slice(0, -1).join(" ")] = node.split("/").at(-1);
      return;
    }
    for (const [name, next] of Object.entries(node)) walk(next, [...path, name]);
  };
  walk(entries["./server"], []);
  for (const [condition, file] of Object.entries(found)) {
    const wanted = /^(browser|react-native)/.test(condition)
      ? "browser.js"
      : /^(workerd|edge-light)/.test(condition)
        ? `${condition}.js`
        : "index.js";
    assert.equal(file, wanted, condition);
  }
  // Wrangler and Next.js name `browser` as well: theirs comes first.
  const order = Object.keys(entries["./server"]);
  for (const first of ["workerd", "edge-light", "node"]) {
    assert.ok(order.indexOf(first) < order.indexOf("browser"), first);
  }
});

test("what takes its place exports the same names", async () => {
  const browser = read("server/browser.js");
  for (const name of Object.keys(await import("cometchat-users/server"))) {
    assert.match(browser, new RegExp(`export const ${name}\\b`), name);
  }
});

test("a build for a browser throws with a message that says why, and keeps that even where nothing is used", async () => {
  for (const contents of [
    'import { AdminClient } from "cometchat-users/server"; console.log(AdminClient);',
    'import "cometchat-users/server";',
  ]) {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: root },
      bundle: true,
      platform: "browser",
      format: "esm",
      minify: true,
      write: false,
    });
    const { code, stderr } = await run(process.execPath, [
      "--input-type=module",
      "--eval",
      outputFiles[0].text,
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /cometchat-users\/server was imported in code for a browser/);
    assert.match(stderr, /Use AdminClient on your server/);
  }
});

test("require finds the same classes under one name each", () => {
  const required = createRequire(import.meta.url)("cometchat-users/server");
  assert.equal(
    new required.AdminClient("a", "b", { region: "us" }).constructor.name,
    "AdminClient",
  );
});
