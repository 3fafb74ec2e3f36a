// A bug in the engine ends that emulator with an answer, and no other emulator, and no process.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createEmulator } from "cometchat-emulator";
import { closing, REST } from "./support/emulators.mjs";

// The engine has no known bug: its exports are made to trap.
const { Instance } = WebAssembly;
let traps = false;
/** How often an export was called. */
let calls = 0;
beforeEach(() => {
  traps = false;
  WebAssembly.Instance = function Trapping(...args) {
    const { exports } = new Instance(...args);
    const trapping = (call) =>
      function exported(...values) {
        calls += 1;
        if (traps) throw new WebAssembly.RuntimeError("unreachable");
        return call(...values);
      };
    return {
      exports: Object.fromEntries(
        Object.entries(exports).map(([name, value]) => [
          name,
          typeof value === "function" ? trapping(value) : value,
        ]),
      ),
    };
  };
});
afterEach(() => {
  WebAssembly.Instance = Instance;
});

const get = (emulator) => emulator.fetch(`${REST}/users`, { headers: { appId: emulator.appId } });

async function assertOver(response) {
  assert.equal(response.status, 500);
  const { error } = await response.json();
  assert.equal(error.code, "ERR_EMULATOR_OVER");
  assert.match(error.message, /The emulator is over: .* Create another one.*unreachable/);
}

test("from then on it answers 500 and says that it is over; others go on", async (t) => {
  const emulator = closing(t, await createEmulator());
  const other = closing(t, await createEmulator());
  traps = true;
  await assertOver(await get(emulator));
  traps = false;
  calls = 0;
  await assertOver(await get(emulator));
  await assert.rejects(emulator.users(), { name: "Error", message: /users: The emulator is over/ });
  assert.equal(calls, 0, "the engine was entered again");
  assert.equal((await other.users()).length, 5);
  assert.equal((await closing(t, await createEmulator()).users()).length, 5);
});

test("a bug while a request waits answers that request, and leaves the process alone", async (t) => {
  const emulator = closing(t, await createEmulator());
  await emulator.faults.add([
    { match: { path: "/users" }, action: { type: "delay", ms: 50 } },
    { match: { path: "/me" }, action: { type: "delay", ms: 100 } },
  ]);
  const one = get(emulator);
  const two = emulator.fetch(`${REST}/me`, { headers: { appId: emulator.appId } });
  // Both wait, and it is a timer that enters the engine next.
  await new Promise(setImmediate);
  traps = true;
  await assertOver(await one);
  calls = 0;
  await assertOver(await two);
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.equal(calls, 0, "the engine was entered again");
});

test("a bug at the start is an error", async () => {
  traps = true;
  await assert.rejects(createEmulator(), /createEmulator: .*unreachable/);
});
