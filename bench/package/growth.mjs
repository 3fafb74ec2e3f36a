// Prints how long a get, a page of the list and a search take with so many users, in milliseconds: the medians.

import { createEmulator } from "cometchat-emulator";
import { median } from "../figures.mjs";

const users = Number(process.argv[2]);
const emulator = await createEmulator();
await emulator.seed({ count: users });

const headers = { appId: emulator.appId, apiKey: emulator.restApiKey };
const routes = {
  get: (turn) => `/${`user-${(turn % users) + 1}`}`,
  list: (turn) => `?perPage=100&page=${(turn % Math.max(1, Math.floor(users / 100))) + 1}`,
  search: (turn) => `?searchKey=${encodeURIComponent(`User ${(turn % users) + 1}`)}`,
};
const times = {};
for (const [route, query] of Object.entries(routes)) {
  const measured = [];
  for (let turn = 0; turn < 300; turn += 1) {
    // Each page and each user is another one than before.
    const url = `https://app.api-us.cometchat.io/v3/users${query(turn * 331)}`;
    const began = performance.now();
    const response = await emulator.fetch(url, { headers });
    const { data } = await response.json();
    measured.push(performance.now() - began);
    if (!data || data.length === 0) throw new Error(`${url} gave nothing`);
  }
  // The first ones are the compiler's.
  times[route] = median(measured.slice(100));
}
console.log(JSON.stringify(times));
