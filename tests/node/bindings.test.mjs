// What Rust exports: the package's functions, by their names, each of which returns a promise.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { root } from "../support/programs.mjs";

const dist = (name) => `${root}pkg/dist/${name}`;
const { Core, imports, start } = await import(pathToFileURL(dist("generated/bindings.js")).href);
const bytes = await readFile(dist("cometchat_users.wasm"));
start((await WebAssembly.instantiate(bytes, imports())).instance);

for (const name of [
  "createUser",
  "updateUser",
  "updateCurrentUserDetails",
  "getUser",
  "loginWithKey",
  "loginWithToken",
  "logout",
  "getLoggedInUser",
]) {
  test(`${name} is exported, and returns a promise`, async () => {
    const promise = new Core()[name]();
    assert.ok(promise instanceof Promise);
    await assert.rejects(promise, { code: "COMETCHAT_INITIALIZATION_NOT_DONE" });
  });
}
