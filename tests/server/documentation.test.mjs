// docs/server.md: every block runs as it is, against the emulator, and its tables name what there is.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Client } from "cometchat-users";
import { AdminClient, nodeHandler } from "cometchat-users/server";
import { serverTools } from "../../scripts/toolbox.mjs";
import { environment, root, run } from "../support/programs.mjs";
import { HOMES, useHome } from "./support/homes.mjs";

const text = readFileSync(`${root}docs/server.md`, "utf8");
/** Each block: what is behind its language, and its code. */
const blocks = [...text.matchAll(/^```js ?(\w*)\n(.*?)^```/gms)].map(([, name, code]) => ({
  name,
  code,
}));
const named = (name) => blocks.find((block) => block.name === name).code;

const home = useHome(HOMES["on SQLite"]);
/** Where both the frameworks and this package are found. */
const folder = `${serverTools.folder}/docs`;
/** An app's own sessions: here the cookie is the uid. */
const SESSION = `export const currentUser = (request) => {
  const uid = request.headers.get("cookie");
  return uid ? { uid, name: "Kevin" } : null;
};
`;
/** Prints the port that a server got. */
const REPORT = `import net from "node:net";
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (...values) {
  this.once("listening", () => console.log("PORT", this.address().port));
  return listen.apply(this, values);
};
`;

before(async () => {
  await serverTools.install();
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, '{ "type": "module" }\n');
  writeFileSync(`${folder}/session.js`, SESSION);
  writeFileSync(`${folder}/report.js`, REPORT);
});

const variables = () => ({
  COMETCHAT_EMULATOR_HOST: new URL(home.url).host,
  COMETCHAT_APP_ID: home.appId,
  COMETCHAT_REST_API_KEY: home.restApiKey,
  PORT: "0",
});

const script = (name, code) => {
  writeFileSync(`${folder}/${name}.js`, code);
  return `${folder}/${name}.js`;
};

test("the blocks that run by themselves print what they say", async () => {
  const printed = [];
  for (const [at, { code }] of blocks.filter(({ name }) => name === "").entries()) {
    const { stdout, stderr } = await run(process.execPath, [script(`block-${at}`, code)], {
      env: variables(),
    });
    assert.equal(stderr, "");
    printed.push(stdout.trim().split("\n"));
  }
  assert.deepEqual(printed, [
    ["Kevin true"],
    ["lisa false", "2", "lisa deactivated", "nobody notFound"],
  ]);
});

/** A page's login with the token of a route, and the route's refusals. */
async function tryRoute(url) {
  const ask = (init) => fetch(`${url}/api/cometchat-token`, { method: "POST", ...init });
  const client = new Client(home.appId, {
    fetch: (address, init) =>
      fetch(address, {
        ...init,
        headers: { ...init.headers, ...(address.startsWith(url) && { Cookie: "signed-in" }) },
      }),
  });
  client.connectEmulator(home.url);
  const user = await client.login({ tokenFrom: `${url}/api/cometchat-token` });
  assert.deepEqual([user.uid, user.name], ["signed-in", "Kevin"]);
  assert.equal((await ask()).status, 401);
  assert.equal((await ask({ headers: { Origin: "https://evil.example" } })).status, 403);
  assert.equal((await ask({ method: "GET" })).status, 405);
}

describe("the token route", () => {
  for (const name of ["express", "fastify", "node"]) {
    test(`of ${name} serves a page's login`, async () => {
      const args = [
        "--import",
        pathToFileURL(`${folder}/report.js`).href,
        script(name, named(name)),
      ];
      const child = spawn(process.execPath, args, {
        env: environment(variables()),
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = once(child, "close");
      try {
        let port;
        for await (const line of createInterface({ input: child.stdout })) {
          [, port] = /^PORT (\d+)/.exec(line) ?? [];
          if (port) break;
        }
        await tryRoute(`http://localhost:${port}`);
      } finally {
        child.kill();
        await ended;
      }
    });
  }

  for (const [name, served] of [
    [
      "hono",
      ({ default: app }) =>
        (request) =>
          app.fetch(request),
    ],
    [
      "next",
      ({ POST }) =>
        (request) =>
          request.method === "POST" ? POST(request, {}) : new Response(null, { status: 405 }),
    ],
  ]) {
    test(`of ${name} serves a page's login`, async (t) => {
      const own = { ...process.env };
      Object.assign(process.env, variables());
      t.after(() => {
        process.env = own;
      });
      const exported = await import(pathToFileURL(script(name, named(name))).href);
      const { createServer } = await import("node:http");
      const server = createServer(nodeHandler(served(exported))).listen(0, "127.0.0.1");
      await once(server, "listening");
      t.after(() => server.close());
      await tryRoute(`http://127.0.0.1:${server.address().port}`);
    });
  }

  test("the page's side is what the package exports", () => {
    assert.match(named("page"), /login\(\{ tokenFrom: "\/api\/cometchat-token" \}\)/);
  });
});

test("the tables of docs/server.md and docs/migration.md name every method, and no other", () => {
  const methods = Object.getOwnPropertyNames(AdminClient.prototype).filter(
    (name) => !["constructor", "toJSON"].includes(name),
  );
  const [, table] = /^\| method .*?\n(.*?)\n\n/ms.exec(text);
  const documented = [...table.matchAll(/`(\w+)\(/g)].map(([, name]) => name);
  assert.deepEqual(documented.toSorted(), methods.toSorted());
  const migration = readFileSync(`${root}docs/migration.md`, "utf8");
  for (const name of methods) assert.match(migration, new RegExp(`\\b${name}\\b`), name);
});
