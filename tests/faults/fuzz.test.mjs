// Random replies, random inputs and random stand-ins for `fetch`, through the public API: every promise
// settles, every rejection is a CometChatException, nothing stops the WebAssembly module.
//
//   FAULTS_FULL=1   a million cases instead of fifty thousand
//   FAULTS_SEED=n   another seed
//   FAULTS_CASE=n   only this case

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Client, CometChatException, init, User } from "cometchat-users";
import { anyObject, anyReply, anyValue, pick, randomFrom } from "./support/random.mjs";
import { AUTH_KEY, SESSION_TOKEN, secretsIn } from "./support/secrets.mjs";
import { loginReply } from "./support/stage.mjs";

const CASES = process.env.FAULTS_FULL ? 1_000_000 : 50_000;
const SEED = Number(process.env.FAULTS_SEED ?? 20_260_731);
const ONLY = process.env.FAULTS_CASE === undefined ? undefined : Number(process.env.FAULTS_CASE);
/** So many calls are under way at a time. */
const BATCH = 50;
/** A batch takes milliseconds: after this long, what is open stays open. */
const STUCK_MS = 20_000;

const METADATA = [{ a: 1 }, {}, { deep: { list: [1, "two", null] } }, { text: "x".repeat(6_000) }];
const USER = {
  uid: ["user1", "user2", "U-1"],
  name: ["Kevin", "😀"],
  avatar: ["https://example.com/a.png", ""],
  link: ["https://example.com"],
  role: ["default"],
  statusMessage: ["hello", ""],
  metadata: METADATA,
  tags: [["a"], [], ["a", "b"]],
  status: ["online"],
  authToken: ["x"],
};

/** Signals that behave otherwise than an AbortSignal. */
const oddSignals = [
  () => AbortSignal.abort(),
  () => AbortSignal.abort(null),
  () => new AbortController().signal,
  () => ({ aborted: false, addEventListener() {}, removeEventListener() {} }),
  () => ({ aborted: false, addEventListener: (_type, listener) => listener({ type: "abort" }) }),
  () => ({ aborted: false, addEventListener: (_type, listener) => listener() }),
  () => ({
    aborted: false,
    addEventListener() {
      throw new Error("no listeners");
    },
    removeEventListener() {
      throw new Error("no listeners");
    },
  }),
  () => {
    // Tells its listeners again when it is asked why.
    const listeners = [];
    return {
      get aborted() {
        return false;
      },
      get reason() {
        for (const listener of listeners) listener({ type: "abort" });
        return "again";
      },
      addEventListener(_type, listener) {
        listeners.push(listener);
        listener({ type: "abort" });
      },
    };
  },
];
const someOptions = (random) =>
  random() < 0.6
    ? undefined
    : anyObject(random, {
        signal: [pick(random, oddSignals)()],
        timeoutMs: [5_000, Number.POSITIVE_INFINITY],
        maxRetries: [0],
        withAuthToken: [true, false],
      });

const CALLS = {
  createUser: (client, random, user) => client.createUser(user, key(random), someOptions(random)),
  updateUser: (client, random, user) => client.updateUser(user, key(random), someOptions(random)),
  updateCurrentUserDetails: (client, random, user) =>
    client.updateCurrentUserDetails(user, someOptions(random)),
  getUser: (client, random) => client.getUser(uid(random), someOptions(random)),
  login: (client, random) =>
    random() < 0.5
      ? client.login(uid(random), key(random), someOptions(random))
      : client.login(random() < 0.7 ? SESSION_TOKEN : anyValue(random), someOptions(random)),
  logout: (client, random) => client.logout(someOptions(random)),
  getLoggedInUser: (client) => client.getLoggedInUser(),
};
const NAMES = Object.keys(CALLS);

const key = (random) => (random() < 0.95 ? AUTH_KEY : anyValue(random));
const uid = (random) => (random() < 0.8 ? "user1" : anyValue(random));
const goodUser = () => ({ uid: "user1", name: "Kevin" });

const STATUSES = [200, 200, 200, 200, 201, 204, 301, 400, 401, 404, 429, 500, 503];

/** An answer of `fetch`: in a response of one kind or another, or something else altogether. */
function answer(random, text) {
  const status = pick(random, STATUSES);
  const headers = {
    get: (name) => (name === "retry-after" && random() < 0.2 ? anyValue(random) : null),
  };
  const kind = random();
  if (kind < 0.5) return { status, headers, text: async () => text };
  if (kind < 0.75) {
    const bytes = new TextEncoder().encode(text);
    if (random() < 0.1) bytes[Math.floor(random() * bytes.length)] = random() * 256;
    return { status, headers, arrayBuffer: async () => bytes };
  }
  if (kind < 0.8) return new Response(status === 204 ? null : text, { status });
  if (kind < 0.9) return { status, json: async () => JSON.parse(text) };
  return anyObject(random, {
    status: [200],
    type: ["opaqueredirect", "basic"],
    headers: [headers],
    text: [() => text, async () => anyValue(random)],
    json: [() => anyValue(random)],
    arrayBuffer: [() => anyValue(random)],
  });
}

const KINDS = {
  reply(random, client) {
    const text = anyReply(random);
    client.answer = () => answer(random, text);
    return CALLS[pick(random, NAMES)](client.it, random, goodUser());
  },
  input(random, client) {
    client.answer = (url, options) => (options.body?.length > 20_000 ? fail(url) : good());
    return CALLS[pick(random, NAMES)](client.it, random, anyObject(random, USER));
  },
  settings(random) {
    const settings = anyObject(random, {
      region: ["us"],
      adminHost: ["h", "http://h/p"],
      clientHost: ["h"],
      storage: ["memory", "local"],
      sessionName: ["s"],
      timeoutMs: [1_000],
      maxRetries: [0],
      fetch: [async () => good()],
      allowAuthKeyInBrowser: [true],
    });
    const appId = random() < 0.7 ? "app" : anyValue(random);
    if (random() < 0.5) return init(appId, settings);
    return new Client(appId, settings).getLoggedInUser();
  },
  fetch(random, client) {
    client.answer = () => {
      const value = anyValue(random);
      const kind = random();
      if (kind < 0.25) throw value;
      if (kind < 0.5) return value;
      if (kind < 0.75) return Promise.reject(value);
      return answer(random, '{"data":{"uid":"user1","name":"Kevin"}}');
    };
    return CALLS[pick(random, NAMES)](client.it, random, goodUser());
  },
};

const good = () => ({
  status: 200,
  text: async () => `{"data":{"uid":"user1","name":"Kevin","authToken":"${SESSION_TOKEN}"}}`,
});

function fail(message) {
  throw new Error(message);
}

/** A client whose `fetch` answers as each case wants; with a user logged in. */
async function newClient() {
  const client = { answer: loginReply("user1", SESSION_TOKEN) };
  client.it = new Client("app", {
    region: "us",
    maxRetries: 0,
    timeoutMs: 10_000,
    fetch: (...args) => client.answer(...args),
  });
  await client.it.login(SESSION_TOKEN);
  return client;
}

/** What is wrong with the way in which a case ended; undefined when nothing is. */
function fault(index, outcome) {
  if ("value" in outcome) {
    const { value } = outcome;
    const isFine = value === undefined || value === null || value === true || value instanceof User;
    return isFine ? undefined : `resolves with ${inspect(value)}`;
  }
  const { error } = outcome;
  if (!(error instanceof CometChatException)) return `rejects with ${safely(error)}`;
  if (error.code === "UNEXPECTED_ERROR") return `UNEXPECTED_ERROR: ${safely(error.cause)}`;
  if (typeof error.code !== "string" || error.code === "") return `has the code ${error.code}`;
  if (typeof error.message !== "string" || error.message === "") return "has no message";
  if (typeof error.details !== "string") return "has no details";
  if (index % 100 === 0) {
    const shown = secretsIn(`${error.stack}${error.details}${JSON.stringify(error)}`);
    if (shown.length > 0) return `shows the ${shown.join(" and the ")}`;
  }
}

function safely(value) {
  try {
    return value instanceof Error ? value.stack : inspect(value);
  } catch {
    return "what cannot be shown";
  }
}

/** One case: which it is follows from the seed and its number. */
function run(index, client) {
  const random = randomFrom(SEED + index * 7_919);
  for (let warm = 0; warm < 3; warm += 1) random();
  const kind = pick(random, [
    "reply",
    "reply",
    "reply",
    "input",
    "input",
    "input",
    "fetch",
    "settings",
  ]);
  let call;
  try {
    call = KINDS[kind](random, client);
  } catch (error) {
    return { kind, outcome: Promise.resolve({ thrown: error }) };
  }
  const outcome = call.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  return { kind, outcome };
}

const stringify = (index, kind, what) =>
  `case ${index} (${kind}): ${what}\nAlone: FAULTS_SEED=${SEED} FAULTS_CASE=${index} node --test tests/faults/fuzz.test.mjs`;

test(`${ONLY === undefined ? `${CASES} random cases` : `case ${ONLY}`} with seed ${SEED}`, async () => {
  const start = performance.now();
  const unhandled = [];
  const note = (reason) => unhandled.push(safely(reason));
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
  const codes = {};
  const failures = [];
  const first = ONLY ?? 0;
  const last = ONLY === undefined ? CASES : ONLY + 1;
  let clients = [];
  for (let index = first; index < last && failures.length < 20; index += BATCH) {
    const size = Math.min(BATCH, last - index);
    // Clients are kept for a while, so that what one case leaves behind meets the next.
    if (index % (BATCH * 20) === 0 || clients.length < size) {
      clients = await Promise.all(Array.from({ length: size }, newClient));
    }
    const cases = Array.from({ length: size }, (_, offset) => run(index + offset, clients[offset]));
    const open = new Set(cases.keys());
    const all = Promise.all(
      cases.map(async ({ kind, outcome }, offset) => {
        const ended = await outcome;
        open.delete(offset);
        const code = ended.error?.code ?? ("thrown" in ended ? "thrown" : "resolved");
        codes[code] = (codes[code] ?? 0) + 1;
        const what =
          "thrown" in ended ? `throws ${safely(ended.thrown)}` : fault(index + offset, ended);
        if (what) failures.push(stringify(index + offset, kind, what));
      }),
    );
    let timer;
    const stuck = new Promise((resolve) => {
      timer = setTimeout(resolve, STUCK_MS);
    });
    await Promise.race([all, stuck]);
    clearTimeout(timer);
    for (const offset of open) {
      failures.push(stringify(index + offset, cases[offset].kind, "never settles"));
    }
    for (const what of unhandled.splice(0)) {
      failures.push(`unhandled in cases ${index} to ${index + size - 1}: ${what}`);
    }
  }
  process.off("unhandledRejection", note);
  process.off("uncaughtException", note);
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  console.log(`seed ${SEED}: ${last - first} cases in ${seconds} s`);
  const shown = Object.entries(codes).sort(([, a], [, b]) => b - a);
  console.log(
    shown
      .map(([code, count]) => `${code} ${count}`)
      .slice(0, 40)
      .join(", "),
  );
  if (failures.length > 0) assert.fail(failures.join("\n\n"));
});
