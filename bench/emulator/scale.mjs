// How the emulator behaves with more and more users in a SQLite file: the size of the file, the time until
// it is ready, and the time of lists and searches.

import http from "node:http";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { bytesIn, folder, startEmulator } from "./emulator.mjs";

const FIRST = ["Ada", "Bela", "Chen", "Dora", "Emil", "Fay", "Gita", "Hugo", "Iris", "Juan"];
const LAST = ["Adler", "Baker", "Costa", "Diaz", "Evans", "Fox", "Gupta", "Haas", "Ito", "Jones"];

/** The most users in one request: the emulator takes 256 MB, and 100,000 of these are 20 MB. */
const PER_REQUEST = 50_000;

/** A user as apps have them; one in a hundred is an admin, one in fifty has tags. */
function user(number) {
  const first = FIRST[number % 10];
  // A step that shares no factor with the number of users: the names are in no order.
  const shuffled = (number * 7_919) % 1_000_003;
  return {
    uid: `user-${number}`,
    name: `${first} ${LAST[shuffled % 10]} ${shuffled}`,
    avatar: `https://example.com/avatars/${number}.png`,
    metadata: { department: "sales", floor: number % 7 },
    ...(number % 50 === 0 ? { tags: ["beta", `team-${number % 1_000}`] } : {}),
    ...(number % 100 === 1 ? { role: "admin" } : {}),
  };
}

/** The lists that are timed; `{last}` is replaced by the number of the last page. */
const LISTS = [
  { id: "first", name: "first page", query: "" },
  { id: "last", name: "last page", query: "page={last}" },
  { id: "name", name: "search, one name", query: "searchKey=ada%20adler%20" },
  { id: "letter", name: "search, a tenth of the users", query: "searchKey=f" },
  { id: "miss", name: "search, nobody", query: "searchKey=zz" },
  { id: "uid", name: "search, a uid", query: "searchKey=user-77&searchIn=uid" },
  { id: "tag", name: "tag of one in fifty", query: "tags=beta" },
  { id: "role", name: "role of one in a hundred", query: "role=admin" },
];

/** Sends a request on a kept connection; resolves to the body and how long it took. */
function ask(agent, emulator, method, path, body) {
  const [host, port] = emulator.address.split(":");
  const headers = { apiKey: emulator.restApiKey, appId: emulator.appId };
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const request = http.request({ agent, host, port, method, path, headers }, (reply) => {
      const chunks = [];
      reply.on("data", (chunk) => chunks.push(chunk));
      reply.on("end", () => {
        const ms = performance.now() - began;
        const text = Buffer.concat(chunks).toString();
        if (reply.statusCode !== 200) reject(new Error(`${method} ${path}: ${text}`));
        else resolve({ ms, body: JSON.parse(text) });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/**
 * Measures with growing numbers of users in the same database.
 *
 * @param {number[]} sizes Ascending.
 * @param {{ rounds?: number, binary?: string, log?: (line: string) => void }} [options]
 * @returns {Promise<{ users: number, bytes: number, readyMs: number, seedPerSecond: number,
 *   lists: Record<string, { fresh: number, again: number, total: number }> }[]>}
 */
export async function measureScale(sizes, { rounds = 5, binary, log = () => {} } = {}) {
  const place = folder();
  const url = `sqlite://${join(place.path, "emulator.db")}`;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const results = [];
  let emulator = await startEmulator(url, { binary, flags: ["--no-seed"] });
  let there = 0;
  try {
    for (const users of sizes) {
      const began = performance.now();
      const added = users - there;
      while (there < users) {
        const next = Math.min(there + PER_REQUEST, users);
        const some = Array.from({ length: next - there }, (_, at) => user(there + at + 1));
        await ask(agent, emulator, "POST", "/__emulator/seed", JSON.stringify({ users: some }));
        there = next;
      }
      const seedPerSecond = added / ((performance.now() - began) / 1e3);
      // When it ends, the write-ahead log goes into the file.
      await emulator.stop();
      const bytes = bytesIn(place.path);
      emulator = await startEmulator(url, { binary });
      const lists = {};
      for (const { id } of LISTS) lists[id] = { fresh: [], again: [] };
      const path = (query) => `/v3.0/users?${query.replace("{last}", Math.ceil(users / 100))}`;
      // The first round warms up.
      for (let round = 0; round <= rounds; round += 1) {
        for (const { id, query } of LISTS) {
          const change = JSON.stringify({ statusMessage: `round ${round}` });
          await ask(agent, emulator, "PUT", "/v3.0/users/user-1", change);
          const fresh = await ask(agent, emulator, "GET", path(query));
          const again = await ask(agent, emulator, "GET", path(query));
          if (round === 0) continue;
          lists[id].fresh.push(fresh.ms);
          lists[id].again.push(again.ms);
          lists[id].total = fresh.body.meta.pagination.total;
        }
      }
      for (const { id } of LISTS) {
        lists[id].fresh = median(lists[id].fresh);
        lists[id].again = median(lists[id].again);
      }
      results.push({ users, bytes, readyMs: emulator.readyMs, seedPerSecond, lists });
      log(`${users} users measured`);
    }
  } finally {
    agent.destroy();
    await emulator.stop();
    place.remove();
  }
  return results;
}

export const LIST_NAMES = Object.fromEntries(LISTS.map(({ id, name }) => [id, name]));
