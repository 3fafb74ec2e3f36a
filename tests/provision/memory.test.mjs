// Memory does not grow with the source, beyond what remembers the uids.

import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../support/programs.mjs";

const program = `
import { provisionUsers } from "cometchat-users/provision";
import { setFlagsFromString } from "node:v8";
setFlagsFromString("--expose-gc");
const { runInNewContext } = await import("node:vm");
const gc = runInNewContext("gc");
const count = Number(process.argv[1]);
let most = 0;
let done = 0;
// Nothing but what an import calls, so that the memory is the import's.
const admin = {
  createUser: async () => {
    if (++done % 5000 === 0) { gc(); most = Math.max(most, process.memoryUsage().heapUsed); }
  },
  listUsers: () => ({ page: async () => ({}) }),
};
function* source() {
  yield "uid,name\\n";
  for (let row = 0; row < count; row++) yield "user-" + row + ",User " + row + "\\n";
}
const { created } = await provisionUsers(source(), { admin, concurrency: 64 });
console.log(JSON.stringify({ created, most }));
`;

test("ten times the rows take as much, but for 36 bytes a row", async () => {
  const most = {};
  for (const count of [20_000, 200_000]) {
    const { stdout, stderr } = await run(process.execPath, [
      ...["--input-type=module", "-e", program],
      String(count),
    ]);
    const { created, most: bytes } = JSON.parse(stdout || `{"error":${JSON.stringify(stderr)}}`);
    assert.equal(created, count, stderr);
    most[count] = bytes;
  }
  const grown = most[200_000] - most[20_000];
  assert.ok(grown < 2e6, `the heap grew by ${grown / 1e6} MB: ${JSON.stringify(most)}`);
});
