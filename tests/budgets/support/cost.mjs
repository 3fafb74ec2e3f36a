// A thread that makes some calls with a counting module, and reports what one of them costs.

import assert from "node:assert/strict";
import { parentPort, workerData } from "node:worker_threads";
import { Client, CometChatException, load } from "cometchat-users";
import { loadCounted } from "./counted-module.mjs";
import { SCENARIOS, small, user } from "./scenarios.mjs";

const WARM_UP = 20;
const CALLS = 100;

const { bytes, name, times } = workerData;
const { answer, call, code } = SCENARIOS[name];
const counts = await loadCounted(load, bytes);

let reply = user({ ...small, authToken: "usr1_token" });
const client = new Client("app", { region: "us", fetch: async () => reply() });
await client.login("usr1_token");
reply = answer;

async function once() {
  try {
    await call(client);
  } catch (error) {
    assert.ok(error instanceof CometChatException, error);
    assert.equal(error.code, code);
    return;
  }
  assert.equal(code, undefined);
}

for (let index = 0; index < WARM_UP; index++) await once();
const first = counts();
for (let index = 0; index < CALLS * times; index++) await once();
const last = counts();
const perCall = (before, after) => Math.round((after - before) / CALLS);
parentPort.postMessage({
  instructions: perCall(first.instructions, last.instructions),
  crossings: perCall(first.crossings, last.crossings),
  memory: last.memory - first.memory,
  functions: Object.entries(last.functions).map(([name, count]) => ({
    name,
    instructions: perCall(first.functions[name], count),
  })),
});
