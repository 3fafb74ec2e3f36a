// Measures the emulator's npm package: what it weighs, how soon it is there, and what a request costs in this
// process and through its server, each against what people would have without it.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { root } from "../../scripts/setup.mjs";
import { start, startEmulator } from "../emulator/emulator.mjs";
import { installWrk, load } from "../emulator/load.mjs";
import { inTurns, judge, median, quantile } from "../figures.mjs";

const CONNECTIONS = 32;
const MANY_USERS = 100_000;
const FEW_USERS = 100;
/** The most that a page of a list may take with many users. */
const LIST_MS = 20;

const path = (script) => fileURLToPath(new URL(script, import.meta.url));

/** Runs a script of this folder in a process of its own; gives what it prints, and how long that took. */
async function node(script, ...args) {
  const began = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [path(script), ...args]);
  return { wall: performance.now() - began, printed: stdout && JSON.parse(stdout) };
}

export default async function measure({ quick }) {
  installWrk();
  return {
    figures: [
      ...(await weight()),
      await cold(quick ? 1 : 25),
      await call(quick ? 1 : 9, quick ? 100 : 3_000),
      ...(await growth(quick ? 1 : 3, quick ? 1_000 : MANY_USERS)),
      ...(await server(quick ? 1 : 7)),
    ],
    series: [],
    notes: [
      "In the process, the client calls `emulator.fetch`, and then the native program over loopback HTTP by Node's " +
        "own `fetch`. The server with a fixed answer is `node:http`, which reads the request's body and always answers " +
        "with the same user.",
    ],
  };
}

/** A figure of values that were measured in turns, perhaps with the values of what it is compared with. */
function figure({ id, what, unit, target }, values, baseline) {
  const shown = (list) => ({
    value: median(list),
    spread: [quantile(list, 0.25), quantile(list, 0.75)],
  });
  const made = { id, what, unit, ...shown(values), ...(target && { target }) };
  if (!baseline) return judge(made);
  const other = { what: baseline.what, ...shown(baseline.values) };
  return judge({ ...made, baseline: other, ratio: made.value / other.value });
}

const atMost = (value, of = "value") => ({ op: "<=", value, of });

async function weight() {
  const { stdout } = await promisify(execFile)("npm", ["pack", "--dry-run", "--json"], {
    cwd: `${root}pkg/emulator`,
    maxBuffer: 2 ** 26,
  });
  const [{ size }] = JSON.parse(stdout);
  const engine = gzipSync(readFileSync(`${root}pkg/emulator/dist/engine.wasm`), { level: 9 });
  const kilobytes = (bytes) => bytes / 1024;
  return [
    figure({ id: "package-packed", what: "the package, packed", unit: "KB", target: atMost(600) }, [
      kilobytes(size),
    ]),
    figure(
      {
        id: "package-engine",
        what: "what a page downloads of the engine, gzip",
        unit: "KB",
        target: atMost(300),
      },
      [kilobytes(engine.length)],
    ),
  ];
}

async function cold(turns) {
  const measured = await inTurns(turns, ["emulator.mjs", "nothing.mjs"], (script) => node(script));
  const wall = (script) => measured[script].map(({ wall }) => wall);
  const bare = wall("nothing.mjs");
  return figure(
    {
      id: "package-create",
      what: "import and createEmulator() in a new process, above bare Node",
      unit: "ms",
      target: atMost(60),
    },
    wall("emulator.mjs").map((time, turn) => time - bare[turn]),
  );
}

async function call(turns, calls) {
  const native = await startEmulator("sqlite::memory:");
  try {
    const measured = await inTurns(turns, ["here", "there"], async (where) => {
      const server = where === "there" ? native : {};
      return (await node("calls.mjs", JSON.stringify({ ...server, calls }))).printed;
    });
    return figure(
      {
        id: "package-call",
        what: "createUser through emulator.fetch",
        unit: "µs",
        target: atMost(0.5, "ratio"),
      },
      measured.here,
      { what: "over loopback to the native program", values: measured.there },
    );
  } finally {
    await native.stop();
  }
}

async function growth(turns, most) {
  const sizes = [String(FEW_USERS), String(most)];
  const measured = await inTurns(
    turns,
    sizes,
    async (users) => (await node("growth.mjs", users)).printed,
  );
  const [few, many] = sizes.map((size) => measured[size]);
  const row = (id, what, target) =>
    figure(
      {
        id: `package-${id}`,
        what: `${what}, ${most.toLocaleString("en-US")} users`,
        unit: "ms",
        target,
      },
      many.map((times) => times[id]),
      { what: `${FEW_USERS} users`, values: few.map((times) => times[id]) },
    );
  return [
    row("get", "get a user", atMost(2, "ratio")),
    row("list", "a page of the list", atMost(LIST_MS)),
    row("search", "a search", atMost(LIST_MS)),
  ];
}

async function server(turns) {
  const command = `${root}pkg/emulator/dist/command.js`;
  const ready = [];
  const rates = { ours: [], fixed: [] };
  await inTurns(turns, ["ours", "fixed"], async (name) => {
    const script = name === "ours" ? command : path("fixed-answer.mjs");
    const args = [script, "--port", "0", "--exit-with-stdin", "--log-level", "off"];
    const last = "COMETCHAT_REST_API_KEY";
    const running = await start(process.execPath, args, last);
    if (name === "ours") ready.push(running.readyMs);
    const target = {
      address: running.COMETCHAT_EMULATOR_HOST,
      appId: running.COMETCHAT_APP_ID,
      restApiKey: running[last],
    };
    try {
      // The first second is the compiler's.
      await load(target, "create", { connections: CONNECTIONS, seconds: 1, run: "warm-up" });
      const { perSecond } = await load(target, "create", { connections: CONNECTIONS, seconds: 2 });
      rates[name].push(perSecond);
    } finally {
      await running.stop();
    }
  });
  return [
    figure(
      {
        id: "package-ready",
        what: "the command, until it is ready",
        unit: "ms",
        target: atMost(500),
      },
      ready,
    ),
    figure(
      {
        id: "package-rate",
        what: `the command's server, ${CONNECTIONS} connections: creates`,
        unit: "/s",
        target: { op: ">=", value: 0.5, of: "ratio" },
      },
      rates.ours,
      { what: "`node:http` with a fixed answer", values: rates.fixed },
    ),
  ];
}
