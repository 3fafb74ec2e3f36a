// `npx cometchat-emulator`: what it prints, serves, refuses and logs, and how it ends.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Client } from "cometchat-users";
import { startEmulator } from "../../scripts/emulator.mjs";
import { node, run } from "../support/programs.mjs";
import { COMMAND, startCommand, until } from "./support/command.mjs";

const { version } = JSON.parse(
  readFileSync(new URL("../../pkg/emulator/package.json", import.meta.url), "utf8"),
);

describe("the start", () => {
  test("prints the address, the keys of the documentation, and is ready then", async (t) => {
    const running = await startCommand(t);
    const { COMETCHAT_EMULATOR_HOST: host } = running.variables;
    assert.equal(
      running.printed,
      `CometChat emulator ${version} (unofficial), listening on http://${host}\n\n` +
        `COMETCHAT_EMULATOR_HOST=${host}\nCOMETCHAT_APP_ID=APP_ID\n` +
        "COMETCHAT_AUTH_KEY=AUTH_KEY\nCOMETCHAT_REST_API_KEY=REST_API_KEY\n",
    );
    const client = new Client("APP_ID");
    client.connectEmulator(running.url);
    assert.equal(
      (await client.createUser({ uid: "kevin", name: "Kevin" }, "AUTH_KEY")).uid,
      "kevin",
    );
    assert.equal((await client.login("cometchat-uid-1", "AUTH_KEY")).uid, "cometchat-uid-1");
  });

  test("takes apps, keys and limits from flags and variables; flags win", async (t) => {
    const running = await startCommand(
      t,
      [
        "--app-id",
        "a",
        "--rest-api-key",
        "r",
        "--app",
        "b:k",
        "--app=c:k:r2",
        "--no-seed",
        "--rate-limits=1,9",
      ],
      { COMETCHAT_EMULATOR_APP_ID: "z", COMETCHAT_EMULATOR_AUTH_KEY: "from-a-variable" },
    );
    assert.equal(running.variables.COMETCHAT_APP_ID, "a");
    assert.equal(running.variables.COMETCHAT_AUTH_KEY, "from-a-variable");
    const { data } = await (await fetch(`${running.url}/__emulator/config`)).json();
    assert.deepEqual(data.apps[2], { appId: "c", authKey: "k", restApiKey: "r2" });
    await until(() => running.printed.includes("# one more app: c"));
    assert.match(
      running.printed,
      /# one more app: b\n# {3}auth key: {5}k\n# {3}REST API key: [0-9a-f]{40}\n/,
    );
    assert.deepEqual(await running.users(), []);
    const headers = { appId: "a", apiKey: "r" };
    const response = await fetch(`${running.url}/v3/users`, { headers });
    assert.equal(response.headers.get("x-rate-limit"), "9");
  });

  for (const [args, env, message] of [
    [["--prot", "1"], {}, /Unknown option '--prot'/],
    [["--port", "x"], {}, /--port takes a number from 0 to 65535, and not "x"/],
    [["--port"], {}, /'--port <value>' argument missing/],
    [["--log-format", "xml"], {}, /--log-format takes one of text, json, and not "xml"/],
    [["--rate-limits=many"], {}, /--rate-limits takes two numbers/],
    [["--app", ":k"], {}, /--app ":k": an app needs an id/],
    [
      [],
      { COMETCHAT_EMULATOR_NO_SEED: "perhaps" },
      /COMETCHAT_EMULATOR_NO_SEED .* takes true or false/,
    ],
    [["extra"], {}, /Unexpected argument 'extra'/],
  ]) {
    test(`refuses ${args.join(" ") || Object.entries(env)[0].join("=")}`, async () => {
      const { code, stdout, stderr } = await run(process.execPath, [COMMAND, ...args], { env });
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.match(stderr, /try '--help'/);
      assert.equal(stdout, "");
    });
  }

  test("a taken port is reported with what to do", async (t) => {
    const server = createServer().listen(0, "127.0.0.1");
    t.after(() => server.close());
    await once(server, "listening");
    const port = String(server.address().port);
    const { code, stderr } = await run(process.execPath, [COMMAND, "--port", port]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(`port ${port} on 127.0.0.1 is taken.*choose another with --port`),
    );
  });

  test("--version and --help print and end; --help says when the native program is better", async () => {
    assert.equal(await node([COMMAND, "-V"]), `cometchat-emulator ${version}\n`);
    const help = await node([COMMAND, "--help"]);
    assert.match(help, /native program of the same name is the better choice/);
    assert.match(help.replace(/\s+/g, " "), /A `kill -9` may cost the changes of that time/);
  });
});

describe("the demo page", () => {
  test("is served at / with the headers of the native program, and finds the emulator", async (t) => {
    const running = await startCommand(t);
    const native = await startEmulator({
      args: ["--page", new URL("../../www/dist", import.meta.url).pathname],
    });
    t.after(() => native.stop());
    const names = [
      "content-type",
      "content-security-policy",
      "x-content-type-options",
      "referrer-policy",
      "cross-origin-opener-policy",
      "cache-control",
    ];
    const look = async (url) => {
      const response = await fetch(url);
      return [
        response.status,
        await response.text(),
        names.map((name) => response.headers.get(name)),
      ];
    };
    const [status, html, headers] = await look(`${running.url}/`);
    assert.equal(status, 200);
    const strip = (list) => list.map((value) => value?.replace("; charset=utf-8", ""));
    const [, nativeHtml, nativeHeaders] = await look(`${native.url}/`);
    assert.equal(html, nativeHtml);
    assert.deepEqual(strip(headers), strip(nativeHeaders));
    const [, script] = /src="\.(\/assets\/[^"]+\.js)"/.exec(html);
    assert.match((await look(running.url + script))[2].at(-1), /immutable/);
    const config = await (await fetch(`${running.url}/config.json`)).json();
    assert.equal(config.apps[0].authKey, "AUTH_KEY");
    const foreign = { headers: { origin: "https://example.com" } };
    assert.equal((await fetch(`${running.url}/config.json`, foreign)).status, 403);
    for (const path of ["/../package.json", "/%2e%2e/command.js", "/assets", "/command.js"]) {
      assert.equal((await fetch(running.url + path)).status, 404, path);
    }
  });
});

describe("the log", () => {
  test("has one line for each request, as text or JSON, without secrets", async (t) => {
    // The emulator's own requests, such as for a key that it makes and for its data file, are none.
    const folder = mkdtempSync(join(tmpdir(), "cometchat-emulator-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const text = await startCommand(t, ["--app", "b", "--data", join(folder, "data.json")]);
    await text.create("kevin");
    await text.stop();
    assert.equal(text.log.split("\n").filter((line) => line.includes(" request ")).length, 1);
    assert.match(text.log, / INFO request .*method="?POST"? path="\/v3\/users" status=200/);
    const json = await startCommand(t, ["--log-format", "json"]);
    await json.create("kevin");
    await until(() => json.log.includes("\n"));
    const entry = JSON.parse(json.log.split("\n")[0]);
    assert.equal(entry.level, "INFO");
    assert.equal(entry.status, 200);
    assert.ok(!`${text.log}${json.log}`.includes("REST_API_KEY"));
  });

  test("is silent if wanted", async (t) => {
    const running = await startCommand(t, ["--log-level", "off"]);
    await running.create("kevin");
    await running.stop();
    assert.equal(running.log, "");
  });
});

describe("the end", () => {
  for (const signal of ["SIGINT", "SIGTERM"]) {
    test(`${signal} ends it cleanly, also while a fault waits and a client keeps its connection`, async (t) => {
      const running = await startCommand(t);
      const faults = JSON.stringify([{ action: { type: "delay", ms: 600_000 } }]);
      await fetch(`${running.url}/__emulator/faults`, { method: "POST", body: faults });
      const delayed = fetch(`${running.url}/v3/users`, { headers: { apiKey: "REST_API_KEY" } });
      await until(async () => {
        const { data } = await (await fetch(`${running.url}/__emulator/faults`)).json();
        return data[0].fired === 1;
      });
      assert.deepEqual(await running.stop(signal), { code: 0, signal: null });
      assert.equal((await delayed).status, 200);
      assert.match(running.log, /stopped/);
    });
  }

  test("the end of standard input ends it, if wanted", async (t) => {
    const running = await startCommand(t);
    running.stdin.end();
    assert.equal((await running.ended).code, 0);
  });
});
