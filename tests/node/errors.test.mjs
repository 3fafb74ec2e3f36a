// Usual mistakes, and what the error says: it names what was asked, what came, and what to do.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { AppSettingsBuilder, Client } from "cometchat-users";
import { useEmulator } from "../support/emulator.mjs";
import { recordingFetch, reply } from "../support/fetches.mjs";
import { root, succeed } from "../support/programs.mjs";
import { withGlobals } from "../support/storages.mjs";

const emulator = useEmulator();
const setGlobal = withGlobals();
const KEVIN = { uid: "user1", name: "Kevin" };
const KEY = "0123456789abcdef0123456789abcdef01234567";

/** A client of the service, whose `fetch` fails as browsers' do. */
const unreachable = (settings) => {
  const fetch = () => Promise.reject(new TypeError("Failed to fetch"));
  return new Client("app", { region: "us", fetch, maxRetries: 0, ...settings });
};
const failure = async (call) =>
  call.then(
    () => assert.fail("the call has not failed"),
    (error) => error,
  );

/** A port on which nobody listens. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("no reply", () => {
  test("an emulator that does not run: its address, and how to start one", async () => {
    const port = await freePort();
    const client = new Client("app", { maxRetries: 0 });
    client.connectEmulator(`127.0.0.1:${port}`);
    const error = await failure(client.createUser(KEVIN, KEY));
    assert.equal(error.code, "FAILED_TO_FETCH");
    assert.equal(error.message, `No reply came from http://127.0.0.1:${port}/v3.0/users.`);
    assert.match(error.details, /^Is the emulator running\? npx cometchat-emulator starts one\. /);
    assert.match(error.details, /ECONNREFUSED/);
  });

  test("a region that does not exist: the address has it, and the usual ones are named", async () => {
    const error = await failure(unreachable({ region: "mars" }).createUser(KEVIN, KEY));
    assert.equal(error.message, "No reply came from https://app.api-mars.cometchat.io/v3.0/users.");
    assert.match(error.details, /region right \(us, eu, in\).*CORS.* Failed to fetch$/);
    assert.equal(error.docs, "cometchat-users/errors.md#failed_to_fetch");
  });

  test("a device that is offline", async () => {
    setGlobal("navigator", { value: { onLine: false } });
    const error = await failure(unreachable().createUser(KEVIN, KEY));
    assert.equal(error.details, "This device is offline. Failed to fetch");
  });

  test("no secret is in it", async () => {
    const fetch = (url) => Promise.reject(new TypeError(`Failed to fetch ${url}?apiKey=${KEY}`));
    const error = await failure(unreachable({ fetch }).createUser(KEVIN, KEY));
    assert.doesNotMatch(`${error.message} ${error.details} ${error.cause}`, /0123456789/);
  });

  test("a key of a few letters is not looked for in other words", async () => {
    const fetch = () => Promise.reject(new Error("Client network socket disconnected"));
    const error = await failure(unreachable({ fetch }).createUser(KEVIN, "k"));
    assert.match(error.details, /Client network socket disconnected$/);
  });
});

describe("settings", () => {
  test("no region: said by the settings, not by the first request", async () => {
    const { fetch, requests } = recordingFetch();
    const error = await failure(new Client("app", { fetch }).createUser(KEVIN, KEY));
    assert.equal(error.code, "MISSING_PARAMETERS");
    assert.match(error.message, /settings\.region has to be given, such as "us"/);
    assert.equal(requests.length, 0);
  });

  test("both hosts, or an emulator, do without a region", async () => {
    const { fetch, requests } = recordingFetch();
    const hosts = { adminHost: "a.example", clientHost: "b.example" };
    await new Client("app", { fetch, ...hosts }).createUser(KEVIN, KEY);
    const client = new Client("app", { fetch });
    client.connectEmulator();
    await client.createUser(KEVIN, KEY);
    assert.deepEqual(
      requests.map(({ url }) => url),
      ["https://a.example/v3.0/users", "http://127.0.0.1:8090/v3.0/users"],
    );
  });

  test("a builder that was not built is built", async () => {
    const { fetch, requests } = recordingFetch();
    setGlobal("fetch", { value: fetch, writable: true });
    await new Client("app", new AppSettingsBuilder().setRegion("eu")).createUser(KEVIN, KEY);
    assert.match(requests[0].url, /api-eu\./);
  });
});

describe("arguments", () => {
  const client = () => emulator.client();
  for (const [title, call, code, message, details] of [
    [
      "createUser with a uid and a name",
      () => client().createUser("kevin", "Kevin"),
      "MISSING_PARAMETERS",
      "The user, the first argument, has to be an object.",
      /\{ uid: "user1", name: "Kevin" \}/,
    ],
    [
      "getUser with a key",
      async () => {
        const kevin = client();
        await kevin.login("cometchat-uid-1", emulator.authKey);
        return kevin.getUser("cometchat-uid-2", KEY);
      },
      "INVALID_OPTIONS",
      "The options, the last argument, have to be an object.",
      /^$/,
    ],
    [
      "createUser with a misspelt field",
      () => client().createUser({ uid: "kevin", name: "Kevin", statusMesage: "hi" }, KEY),
      "INVALID_USER_STATUS_MESSAGE",
      "statusMessage is misspelt in what was given.",
      /^$/,
    ],
    [
      "createUser with an option that there is not",
      () => client().createUser({ uid: "kevin", name: "Kevin" }, KEY, { timeout: 5 }),
      "INVALID_OPTIONS",
      "options.timeout is unknown: there are signal, timeoutMs, maxRetries, withAuthToken, and no others.",
      /^$/,
    ],
    [
      "login with nothing",
      () => client().login(undefined),
      "MISSING_PARAMETERS",
      "The auth token has to be given.",
      /login\(authToken\), or by uid: login\(uid, authKey\)/,
    ],
    [
      "login with a uid, the key forgotten",
      () => client().login("cometchat-uid-1"),
      "AUTH_ERR_AUTH_TOKEN_NOT_FOUND",
      /does not exist/,
      /login\(authToken\), or by uid: login\(uid, authKey\)/,
    ],
    [
      "login with an auth key where the token belongs",
      () => client().login(emulator.authKey),
      "AUTH_ERR_AUTH_TOKEN_NOT_FOUND",
      /does not exist/,
      /login\(authToken\), or by uid: login\(uid, authKey\)/,
    ],
    [
      "a call of a session without one",
      () => client().updateCurrentUserDetails({ name: "Kevin" }),
      "USER_NOT_LOGGED_IN",
      "No user is logged in.",
      /login\(authToken\), or by uid: login\(uid, authKey\)/,
    ],
  ]) {
    test(title, async () => {
      const error = await failure(call());
      assert.equal(error.code, code);
      if (typeof message === "string") assert.equal(error.message, message);
      else assert.match(error.message, message);
      assert.match(error.details, details);
      assert.doesNotMatch(error.message, new RegExp(emulator.authKey));
    });
  }
});

describe("the service's refusals", () => {
  const refusing = (status, error, headers) => {
    const fetch = async () => reply({ error }, { status, headers });
    return new Client("app", { region: "us", fetch, timeoutMs: 1_000 });
  };

  test("the first ten characters of a key are masked, too", async () => {
    const start = KEY.slice(0, 10);
    const client = refusing(403, {
      code: "AUTH_ERR_NO_ACCESS",
      message: `The key ${start}xxxx cannot be used to perform this operation.`,
    });
    const error = await failure(client.createUser(KEVIN, KEY));
    assert.equal(error.message, "The key ***xxxx cannot be used to perform this operation.");
  });

  test("a uid that a session's token begins with is not masked", async () => {
    const uid = "cometchat-uid-1";
    const authToken = `${uid}_17720000000000000000`;
    const fetch = async (url) =>
      url.endsWith("/me")
        ? reply({ data: { uid, name: "Kevin", authToken } })
        : reply({ error: { code: "X", message: `${uid} may not, by ${authToken}` } });
    const client = new Client("app", { region: "us", fetch });
    await client.login(authToken);
    const error = await failure(client.getUser("cometchat-uid-2"));
    assert.equal(error.message, `${uid} may not, by ***`);
  });

  test("one without a status, as a mock may give it: the user was not created", async () => {
    const error = { code: "ERR_UID_ALREADY_EXISTS", message: "The uid exists." };
    const fetch = async () => ({ text: async () => JSON.stringify({ error }) });
    const client = new Client("app", { region: "us", fetch });
    const { code, status, maybeCreated } = await failure(client.createUser(KEVIN, KEY));
    assert.deepEqual([code, status, maybeCreated], [error.code, undefined, undefined]);
  });

  test("a Retry-After beyond the time limit: how long, and which option helps", async () => {
    const client = refusing(
      429,
      { code: "ERR_TOO_MANY_REQUESTS", message: "Too many requests." },
      { "Retry-After": "120" },
    );
    const error = await failure(client.createUser(KEVIN, KEY));
    assert.equal(error.retryAfterMs, 120_000);
    assert.equal(error.details, "A timeoutMs above retryAfterMs lets the call wait.");
    assert.equal(error.attempts, 1);
  });
});

test("docs/errors.md has a heading and an anchor for each code", async () => {
  const { codes } = JSON.parse(await succeed("cargo", ["xtask", "protocol"], { cwd: root }));
  const page = readFileSync(`${root}docs/errors.md`, "utf8");
  const headings = page.match(/^### .*$/gm).join(" ");
  const named = [...headings.matchAll(/`(\w+)`/g)].map(([, code]) => code);
  assert.deepEqual(named.sort(), [...codes.client, ...codes.service].sort());
  for (const code of named) {
    const anchor = code.toLowerCase();
    assert.ok(
      page.includes(`\n### \`${code}\`\n`) || page.includes(`<a id="${anchor}"></a>`),
      `error.docs of ${code} leads nowhere`,
    );
  }
});
