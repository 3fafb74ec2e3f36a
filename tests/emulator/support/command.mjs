// Runs the package's command as a process of its own.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { environment } from "../../support/programs.mjs";

export const COMMAND = fileURLToPath(
  new URL("../../../pkg/emulator/dist/command.js", import.meta.url),
);

/**
 * Starts the command on a free port. It ends with the test at the latest.
 *
 * @param {import("node:test").TestContext} t
 * @param {string[]} [args]
 * @param {Record<string, string>} [env]
 */
export async function startCommand(t, args = [], env = {}) {
  // It ends with this process, also if that is killed.
  const child = spawn(process.execPath, [COMMAND, "--port", "0", "--exit-with-stdin", ...args], {
    env: environment(env),
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  t.after(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const running = {
    pid: child.pid,
    stdin: child.stdin,
    printed: "",
    log: "",
    variables: {},
    ended,
    /** Sends a signal; gives how it ended. */
    stop(signal = "SIGTERM") {
      child.kill(signal);
      return ended;
    },
  };
  child.stderr.setEncoding("utf8").on("data", (text) => {
    running.log += text;
  });
  const lines = createInterface({ input: child.stdout });
  await new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      running.printed += `${line}\n`;
      const [, name, value] = /^(COMETCHAT_\w+)=(.+)$/.exec(line) ?? [];
      if (name) running.variables[name] = value;
      if (name === "COMETCHAT_REST_API_KEY") resolve();
    });
    ended.then(({ code }) => reject(new Error(`it ended with ${code}\n${running.log}`)));
  });
  running.url = `http://${running.variables.COMETCHAT_EMULATOR_HOST}`;
  running.users = async () => {
    const response = await fetch(`${running.url}/__emulator/snapshot`);
    return (await response.json()).data.apps[0].users.map(({ uid }) => uid);
  };
  running.create = async (uid) => {
    const response = await fetch(`${running.url}/v3/users`, {
      method: "POST",
      headers: {
        appId: running.variables.COMETCHAT_APP_ID,
        apiKey: running.variables.COMETCHAT_REST_API_KEY,
      },
      body: JSON.stringify({ uid, name: uid }),
    });
    if (!response.ok) throw new Error(await response.text());
  };
  return running;
}

/** Waits until something is so. */
export async function until(isSo) {
  for (;;) {
    const value = await isSo();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
