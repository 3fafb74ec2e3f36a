// Runs other programs, for tests that need a process, a project or a package manager of their own.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

/** The project's root folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** What `NODE_OPTIONS` is where the tests are of the build without WebAssembly. */
export const JAVASCRIPT_BUILD = "--conditions=react-native";

/** Whether these tests are of the build without WebAssembly. */
export const isJavaScriptBuild = process.env.NODE_OPTIONS === JAVASCRIPT_BUILD;

/** The environment, without the variables that would change how a program runs. */
export function environment(extra = {}) {
  const {
    COMETCHAT_EMULATOR_HOST: _,
    NODE_OPTIONS: __,
    NODE_TEST_CONTEXT: ___,
    ...rest
  } = process.env;
  return { ...rest, ...(isJavaScriptBuild && { NODE_OPTIONS: JAVASCRIPT_BUILD }), ...extra };
}

/**
 * Runs a program to its end.
 *
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
export function run(command, args, { cwd = root, env = {}, input } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: environment(env), stdio: "pipe" });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk) => {
      stderr += chunk;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  });
}

/** Runs a program that has to succeed; returns what it printed. */
export async function succeed(command, args, options) {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) {
    throw new Error(`${command} ${args.join(" ")} ended with ${code}\n${stdout}\n${stderr}`);
  }
  return stdout;
}

/** Runs a script with this Node. */
export const node = (args, options) => succeed(process.execPath, args, options);

/** What a script prints, with the messages of the rejections that nobody has handled. */
export const unhandled = (script) =>
  node([
    "--input-type=module",
    "--eval",
    `process.on("unhandledRejection", ({ message }) => console.log("unhandled: " + message));\n${script}`,
  ]);

/** A new empty folder outside the project, removed when the surrounding suite ends. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "cometchat-users-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
