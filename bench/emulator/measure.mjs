// Measures the emulator; returns plain data. Absolute times differ from machine to machine and from minute to
// minute: what is compared is measured in turns within one run, in rounds, and the median of the rounds
// counts.

import { join } from "node:path";
import { folder, startEmulator, startHello } from "./emulator.mjs";
import { installWrk, load } from "./load.mjs";
import { startPostgres } from "./postgres.mjs";
import { LIST_NAMES, measureScale } from "./scale.mjs";

const CONNECTIONS = [1, 8, 32, 128, 256];
/** The number of connections that the targets are about. */
const MANY = 32;
const ROUTES = ["create", "get", "update", "list"];
const SIZES = [1_000, 10_000, 100_000, 1_000_000];
/** How many users there are to list in the rounds. */
const LISTED_USERS = 1_000;

/** The contenders besides the emulator on SQLite. */
const DISCARDING = "create, without the database";
const HELLO = "hello, the bare framework";

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/**
 * @typedef {object} Figure
 * @property {string} id
 * @property {string} what
 * @property {number} value
 * @property {string} unit
 * @property {{ what: string, value: number }} [baseline] In the same unit.
 * @property {number} [ratio] Value by baseline.
 * @property {{ op: "<=" | ">=", value: number, of: "ratio" | "value" }} [target]
 * @property {boolean} [ok] Whether the target is met.
 *
 * @typedef {object} Series
 * @property {string} id
 * @property {string} title
 * @property {string} xLabel
 * @property {string} yLabel
 * @property {boolean} [xLog]
 * @property {boolean} [yLog]
 * @property {{ name: string, points: [number, number][] }[]} lines
 */

/**
 * Measures the emulator, which has to be built, with its example `hello`.
 *
 * @param {{ rounds?: number, seconds?: number, connections?: number[], sizes?: number[],
 *   log?: (line: string) => void }} [options] `seconds` is how long each load lasts; `connections` has
 *   1 and 32 among them.
 * @returns {Promise<{ title: string, figures: Figure[], series: Series[] }>}
 */
export async function measureEmulator({
  rounds = 5,
  seconds = 1,
  connections = CONNECTIONS,
  sizes = SIZES,
  log = () => {},
} = {}) {
  installWrk();
  const ready = await measureReady(2 * rounds);
  const loads = await measureLoads({ rounds, seconds, connections, log });
  const postgres = await measurePostgres({ rounds, seconds, log });
  const scale = await measureScale(sizes, { rounds, log });
  const rate = (name, connections) => loads[name][connections].perSecond;

  const figures = [
    figure("ready", "ready after start, new database", ready, "ms", {
      target: { op: "<=", value: 1_000, of: "value" },
    }),
    ...ROUTES.map((route) =>
      figure(
        `${route}-latency`,
        `${route}, 1 connection, median reply`,
        loads[route][1].p50,
        "us",
        {
          baseline: { what: HELLO, value: loads[HELLO][1].p50 },
          // A page of a list is more than one user.
          ...(route === "list" ? {} : { target: { op: "<=", value: 1_000, of: "value" } }),
        },
      ),
    ),
    figure("create", `create, ${MANY} connections`, rate("create", MANY), "/s", {
      baseline: { what: DISCARDING, value: rate(DISCARDING, MANY) },
      target: { op: ">=", value: 0.5, of: "ratio" },
    }),
    ...ROUTES.map((route) =>
      figure(`${route}-hello`, `${route}, ${MANY} connections`, rate(route, MANY), "/s", {
        baseline: { what: HELLO, value: rate(HELLO, MANY) },
      }),
    ),
    ...ROUTES.map((route) =>
      figure(`${route}-p99`, `${route}, ${MANY} connections, p99`, loads[route][MANY].p99, "us", {
        baseline: { what: HELLO, value: loads[HELLO][MANY].p99 },
      }),
    ),
    ...postgres.map(({ route, perSecond, onSqlite }) =>
      figure(`postgres-${route}`, `${route} on PostgreSQL, ${MANY} connections`, perSecond, "/s", {
        baseline: { what: "on SQLite, in the same rounds", value: onSqlite },
      }),
    ),
    ...scaleFigures(scale),
  ];

  const series = [
    byConnections("emulator-throughput", "Requests per second by connections", loads),
    byUsers("emulator-lists", "Time of a list right after a change, by users", scale),
  ];
  return { title: "The emulator", figures, series };
}

function figure(id, what, value, unit, { baseline, target } = {}) {
  const made = { id, what, value: rounded(value), unit };
  if (baseline) {
    made.baseline = { what: baseline.what, value: rounded(baseline.value) };
    made.ratio = Number((value / baseline.value).toFixed(2));
  }
  if (target) {
    const judged = target.of === "ratio" ? value / baseline.value : value;
    made.target = target;
    made.ok = target.op === "<=" ? judged <= target.value : judged >= target.value;
  }
  return made;
}

/** The digits that a noisy measurement is good for. */
const rounded = (value) => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

function byConnections(id, title, loads) {
  const lines = Object.entries(loads).map(([name, results]) => ({
    name,
    points: Object.entries(results).map(([connections, { perSecond }]) => [
      Number(connections),
      perSecond,
    ]),
  }));
  return { id, title, xLabel: "connections", yLabel: "requests/s", xLog: true, lines };
}

function byUsers(id, title, scale) {
  const lines = Object.entries(LIST_NAMES).map(([list, name]) => ({
    name,
    points: scale.map(({ users, lists }) => [users, rounded(lists[list].fresh)]),
  }));
  return { id, title, xLabel: "users", yLabel: "milliseconds", xLog: true, yLog: true, lines };
}

function scaleFigures(scale) {
  const { users, bytes, readyMs, seedPerSecond, lists } = scale.at(-1);
  const count = users.toLocaleString("en-US");
  return [
    figure("scale-size", `SQLite file of ${count} users`, bytes / 1e6, "MB"),
    figure("scale-bytes", "bytes a user in it", bytes / users, "B"),
    figure("scale-ready", "ready after start on it", readyMs, "ms", {
      target: { op: "<=", value: 1_000, of: "value" },
    }),
    figure("scale-seed", "users seeded per second on the way there", seedPerSecond, "/s"),
    ...Object.entries(LIST_NAMES).map(([list, name]) =>
      figure(`scale-${list}`, `${count} users, ${name}, after a change`, lists[list].fresh, "ms", {
        baseline: { what: "asked for again", value: lists[list].again },
      }),
    ),
  ];
}

async function measureReady(times) {
  const ready = [];
  for (let time = 0; time < times; time += 1) {
    await onSqlite([], async (emulator) => ready.push(emulator.readyMs));
  }
  return median(ready);
}

/** Runs something with an emulator on a new SQLite file. */
async function onSqlite(flags, use) {
  const place = folder();
  const emulator = await startEmulator(`sqlite://${join(place.path, "emulator.db")}`, { flags });
  try {
    return await use(emulator);
  } finally {
    await emulator.stop();
    place.remove();
  }
}

const seed = (emulator, count) =>
  fetch(`http://${emulator.address}/__emulator/seed`, {
    method: "POST",
    body: JSON.stringify({ appId: emulator.appId, count }),
  });

/**
 * Every route at every number of connections, in turns.
 *
 * @returns {Promise<Record<string, Record<number, { perSecond: number, p50: number, p99: number }>>>}
 */
async function measureLoads({ rounds, seconds, connections: counts, log }) {
  const results = {};
  const hello = await startHello();
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const connections of counts) {
        const measure = async (name, server, route) => {
          results[name] ??= {};
          results[name][connections] ??= [];
          results[name][connections].push(await load(server, route, { connections, seconds }));
        };
        await measure(HELLO, hello, "hello");
        await onSqlite([], async (emulator) => {
          await seed(emulator, LISTED_USERS);
          // Creations last: a list would have more to count.
          for (const route of ["get", "list", "update", "create"]) {
            await measure(route, emulator, route);
          }
        });
        await onSqlite(["--discard-creations"], (emulator) =>
          measure(DISCARDING, emulator, "create"),
        );
      }
      log(`round ${round + 1} of ${rounds}`);
    }
  } finally {
    await hello.stop();
  }
  const order = [...ROUTES, DISCARDING, HELLO];
  return Object.fromEntries(
    order.map((name) => [
      name,
      Object.fromEntries(
        counts.map((connections) => [connections, medians(results[name][connections])]),
      ),
    ]),
  );
}

const medians = (loads) => ({
  perSecond: median(loads.map(({ perSecond }) => perSecond)),
  p50: median(loads.map(({ p50 }) => p50)),
  p99: median(loads.map(({ p99 }) => p99)),
});

/** Every route on PostgreSQL and, in turns, on SQLite; nothing where PostgreSQL is missing. */
async function measurePostgres({ rounds, seconds, log }) {
  const cluster = startPostgres();
  if (!cluster) {
    log("PostgreSQL is not installed (apt-get install postgresql): not measured");
    return [];
  }
  const options = { connections: MANY, seconds };
  const results = Object.fromEntries(ROUTES.map((route) => [route, { there: [], here: [] }]));
  try {
    for (let round = 0; round < rounds; round += 1) {
      const measure = async (emulator, side) => {
        await seed(emulator, LISTED_USERS);
        for (const route of ["get", "list", "update", "create"]) {
          results[route][side].push((await load(emulator, route, options)).perSecond);
        }
      };
      const emulator = await startEmulator(cluster.url, { flags: ["--app-id", `round-${round}`] });
      try {
        await measure(emulator, "there");
      } finally {
        await emulator.stop();
      }
      await onSqlite([], (emulator) => measure(emulator, "here"));
    }
  } finally {
    cluster.stop();
  }
  log("PostgreSQL measured");
  return ROUTES.map((route) => ({
    route,
    perSecond: median(results[route].there),
    onSqlite: median(results[route].here),
  }));
}
