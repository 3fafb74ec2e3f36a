// Many clients at once, each with a key and a user of its own, against one server that writes down what
// it is sent: nothing of one client ever turns up in a request or in the session of another.

import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, createServer, request as send } from "node:http";
import { after, before, test } from "node:test";
import { Client } from "cometchat-users";

const CLIENTS = 100;
const CALLS = 10_000;
/** What a client calls over and over, once it is logged in. */
const METHODS = ["createUser", "updateUser", "updateCurrentUserDetails", "getUser"];

const identities = Array.from({ length: CLIENTS }, (_, index) => ({
  appId: `app${index}`,
  uid: `user${index}`,
  authKey: `key-${index}-${"k".repeat(30)}`,
  token: `user${index}_1630306819-${"t".repeat(30)}`,
}));

const requests = [];
let server;
let url;

before(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      body += chunk;
    });
    request.once("end", () => {
      const { appid, apikey, authtoken } = request.headers;
      const sent = body && JSON.parse(body);
      requests.push({ method: request.method, path: request.url, appid, apikey, authtoken, sent });
      // The service knows its users by their keys and tokens, not by what the body says.
      const index = Number(/\d+/.exec(appid)[0]);
      const { uid, token } = identities[index];
      const data = request.url.endsWith("/auth_tokens")
        ? { uid, authToken: token }
        : { uid: sent?.uid ?? uid, name: sent?.name ?? "n", authToken: token };
      // Replies come out of order.
      setImmediate(() => {
        response.setHeader("Content-Type", "application/json");
        response.end(JSON.stringify({ data }));
      });
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${server.address().port}/v3.0`;
});

after(() => {
  agent.destroy();
  server?.close();
});

/** `fetch` over a pool of connections: Node's own would open one for each of the calls. */
const agent = new Agent({ keepAlive: true, maxSockets: 100 });
const pooledFetch = (address, { method, headers, body }) =>
  new Promise((resolve, reject) => {
    const request = send(address, { agent, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.once("end", () => resolve({ status: response.statusCode, text: async () => text }));
    });
    request.once("error", reject).end(body);
  });

const newClient = ({ appId }) =>
  new Client(appId, {
    adminHost: url,
    clientHost: url,
    timeoutMs: 120_000,
    fetch: pooledFetch,
  });

test(`${CALLS} calls at once of ${CLIENTS} clients keep their keys, tokens and users apart`, async () => {
  const clients = identities.map(newClient);
  // The login flag of one client is not that of another: all of them log in at the same moment.
  const users = await Promise.all(
    clients.map((client, index) => client.login(identities[index].uid, identities[index].authKey)),
  );
  users.forEach((user, index) => {
    assert.equal(user.uid, identities[index].uid);
  });

  requests.length = 0;
  const start = performance.now();
  const calls = Array.from({ length: CALLS }, (_, call) => {
    const index = call % CLIENTS;
    const method = METHODS[Math.floor(call / CLIENTS) % METHODS.length];
    const { authKey, uid } = identities[index];
    const client = clients[index];
    const name = `call ${call}`;
    const pending = {
      createUser: () => client.createUser({ uid: `made-${call}`, name }, authKey),
      updateUser: () => client.updateUser({ uid: `made-${call}`, name }, authKey),
      updateCurrentUserDetails: () => client.updateCurrentUserDetails({ name }),
      getUser: () => client.getUser(uid),
    }[method]();
    return pending.then((user) => ({ call, index, method, user }));
  });
  const results = await Promise.all(calls);
  console.log(`${CALLS} calls in ${((performance.now() - start) / 1000).toFixed(1)} s`);

  assert.equal(requests.length, CALLS);
  for (const { appid, apikey, authtoken, method, path, sent } of requests) {
    const identity = identities[Number(/\d+/.exec(appid)[0])];
    assert.equal(appid, identity.appId);
    const isAdmin = path.includes("/users") && method !== "GET";
    assert.equal(apikey, isAdmin ? identity.authKey : undefined, `${method} ${path}`);
    assert.equal(authtoken, isAdmin ? undefined : identity.token, `${method} ${path}`);
    if (method === "GET") assert.ok(path.endsWith(`/users/${identity.uid}`), path);
    const call = sent && Number(/\d+/.exec(sent.name)[0]);
    if (sent)
      assert.equal(identities[call % CLIENTS], identity, `call ${call} was sent by another`);
  }
  for (const { call, index, method, user } of results) {
    if (method === "updateCurrentUserDetails") assert.equal(user.name, `call ${call}`);
    if (method === "getUser") assert.equal(user.uid, identities[index].uid);
    if (method === "createUser") assert.equal(user.name, `call ${call}`);
  }
  for (const [index, client] of clients.entries()) {
    const user = await client.getLoggedInUser();
    assert.equal(user.uid, identities[index].uid);
    assert.equal(user.authToken, identities[index].token);
  }
});

test("one client sends each call with the key that was given to it", async () => {
  const client = newClient(identities[0]);
  requests.length = 0;
  await Promise.all(
    identities.map(({ authKey }, index) =>
      client.createUser({ uid: `u${index}`, name: "n" }, authKey),
    ),
  );
  assert.equal(requests.length, CLIENTS);
  for (const { apikey, sent } of requests) {
    assert.equal(apikey, identities[Number(sent.uid.slice(1))].authKey);
  }
});

test("a login under way, a logout and a failure of one client are no other's business", async () => {
  const [first, second, third] = identities.slice(0, 3).map(newClient);
  await first.login(identities[0].uid, identities[0].authKey);
  const login = second.login(identities[1].uid, identities[1].authKey);
  await assert.rejects(second.login("other", identities[1].authKey), { code: "LOGIN_IN_PROGRESS" });
  await assert.rejects(third.getUser("user2"), { code: "USER_NOT_LOGGED_IN" });
  await first.logout();
  await third.login(identities[2].uid, identities[2].authKey);
  assert.equal((await login).uid, identities[1].uid);
  assert.equal(await first.getLoggedInUser(), null);
  assert.equal((await second.getLoggedInUser()).uid, identities[1].uid);
  assert.equal((await third.getLoggedInUser()).uid, identities[2].uid);
});
