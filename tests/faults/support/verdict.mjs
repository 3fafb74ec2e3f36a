// Compares what a fault's calls came to with what they should have come to; gives the differences in
// words, and the outcome as the table shows it.

import { NAMES } from "./methods.mjs";
import { secretsIn } from "./secrets.mjs";

/** A process may take this long to end after its last call has settled. */
const LINGER_MS = 4_000;

export const expected = (fault, method) => ({ ...(fault.by?.[method] ?? fault.expect) });

/** What `maybeCreated` has to say where the table does not. */
function mayHaveLanded({ code, status, attempts }) {
  if (code === "REQUEST_TIMEOUT" || code === "REQUEST_ABORTED") return attempts > 0;
  return (
    code === "FAILED_TO_FETCH" || code === "INVALID_RESPONSE" || status >= 500 || status === 408
  );
}

/** Everything that is wrong with a run; empty when nothing is. */
export function complaints(fault, run) {
  const found = [];
  if (run.isKilled) found.push("the process did not end by itself");
  else if (run.code !== 0) found.push(`the process ended with ${run.code ?? run.signal}`);
  else if (run.lingeredMs > LINGER_MS) {
    found.push(`the process went on for ${Math.round(run.lingeredMs)} ms after the last call`);
  }
  for (const unhandled of run.unhandled) found.push(`unhandled ${unhandled}`);
  for (const secret of secretsIn(run.output)) found.push(`the ${secret} was shown`);
  if (run.elsewhere.length > 0) found.push("a request went to the redirect's target");
  for (const method of fault.methods ?? NAMES) {
    const outcome = run.outcomes[method] ?? { kind: "is missing" };
    for (const what of differences(fault, method, outcome, run.requests[method] ?? 0)) {
      found.push(`${method}: ${what}`);
    }
  }
  return found;
}

function* differences(fault, method, outcome, requests) {
  const wanted = expected(fault, method);
  if (outcome.kind === "never settles") return yield "never settles";
  const limit = (fault.settings?.timeoutMs ?? 8_000) + 2_000;
  const [least, most] = wanted.takes ?? [0, limit];
  if (outcome.ms < least || outcome.ms > most) {
    yield `took ${Math.round(outcome.ms)} ms, not ${least} to ${most}`;
  }
  if (wanted.requests !== undefined && fault.url === undefined && requests !== wanted.requests) {
    yield `sent ${requests} requests, not ${wanted.requests}`;
  }
  if ("after" in outcome && outcome.after !== fault.after[method]) {
    yield `leaves ${JSON.stringify(outcome.after)} logged in`;
  }
  if (outcome.kind === "resolves") {
    if (wanted.code) yield `resolves, and should reject with ${wanted.code}`;
    if (!outcome.isRight) yield "resolves with something else than the user";
    return;
  }
  if (!wanted.code) {
    return yield `rejects with ${outcome.code} (${outcome.message} ${outcome.details})`;
  }
  if (!outcome.isException) yield "rejects with something else than a CometChatException";
  if (!outcome.message) yield "has no message";
  const attempts = wanted.attempts ?? wanted.requests;
  for (const [name, value] of Object.entries({
    code: wanted.code,
    message: wanted.message ?? outcome.message,
    status: wanted.status,
    attempts,
    retryAfterMs: wanted.retryAfterMs ?? outcome.retryAfterMs,
  })) {
    const isRight = value instanceof RegExp ? value.test(outcome[name]) : outcome[name] === value;
    if (!isRight) yield `${name} is ${outcome[name]}, not ${value}`;
  }
  const landed = wanted.landed ?? mayHaveLanded({ ...wanted, attempts });
  const maybeCreated = method === "createUser" && landed ? true : undefined;
  if (outcome.maybeCreated !== maybeCreated) {
    yield `maybeCreated is ${outcome.maybeCreated}, not ${maybeCreated}`;
  }
  if (fault.abort && !outcome.hasReason) yield "cause is not the signal's reason";
}
