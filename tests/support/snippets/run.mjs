// Runs a snippet of the documentation as a program of its own, against an emulator whose app and key
// are the documentation's placeholders.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { run } from "../programs.mjs";

/** The emulator's arguments for {@link runSnippet}. */
export const PLACEHOLDERS = ["--app-id", "APP_ID", "--auth-key", "AUTH_KEY"];

/**
 * Runs a snippet; returns what it printed.
 *
 * @param {string} code The snippet, in JavaScript.
 * @param {{ emulator: { url: string }, given?: "initialized" | "logged-in" }} options
 */
export async function runSnippet(code, { emulator, given }) {
  const prelude = given
    ? ["--import", fileURLToPath(new URL(`${given}.mjs`, import.meta.url))]
    : [];
  const {
    stdout,
    stderr,
    code: exitCode,
  } = await run(process.execPath, [...prelude, "--input-type=module", "--eval", code], {
    env: { COMETCHAT_EMULATOR_HOST: emulator.url },
  });
  assert.equal(stderr, "");
  assert.equal(exitCode, 0);
  return stdout;
}
