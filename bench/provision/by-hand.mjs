// What one writes without this package: a loop of `fetch` for the rows of a CSV, and one for the pages of a list.
//
//   node by-hand.mjs import FILE ADDRESS APP_ID KEY CONCURRENCY
//   node by-hand.mjs list ADDRESS APP_ID KEY

import { createReadStream } from "node:fs";
import { parse } from "csv-parse";

const [what, ...args] = process.argv.slice(2);

async function send(address, { appId, key }, path, options) {
  const headers = { appId, apiKey: key, "content-type": "application/json" };
  const response = await fetch(`${address}/v3${path}`, { ...options, headers });
  const answer = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
}

async function importUsers(file, address, appId, key, concurrency) {
  const rows = createReadStream(file)
    .pipe(parse({ columns: true }))
    [Symbol.asyncIterator]();
  let count = 0;
  const worker = async () => {
    for (let next = await rows.next(); !next.done; next = await rows.next()) {
      const { tags, metadata, ...user } = next.value;
      const body = { ...user, tags: tags.split(","), metadata: JSON.parse(metadata) };
      await send(address, { appId, key }, "/users", { method: "POST", body: JSON.stringify(body) });
      count++;
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, worker));
  return count;
}

async function list(address, appId, key) {
  let count = 0;
  for (let page = 1; ; page++) {
    const { data, meta } = await send(address, { appId, key }, `/users?perPage=1000&page=${page}`);
    count += data.length;
    if (page >= meta.pagination.total_pages) return count;
  }
}

const began = performance.now();
const count = await (what === "import" ? importUsers(...args) : list(...args));
console.log(JSON.stringify({ count, seconds: (performance.now() - began) / 1000 }));
