// The machine and the versions of a run, without which figures mean nothing.

import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import { root } from "../scripts/setup.mjs";

const version = (path) => JSON.parse(readFileSync(`${root}${path}/package.json`, "utf8")).version;
const printed = (command, ...args) => {
  const { status, stdout } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.trim().split("\n")[0] : undefined;
};

export function machine() {
  const cpus = os.cpus();
  const commit = printed("git", "rev-parse", "--short", "HEAD");
  const browser = process.env.CHROME_PATH ?? "chromium";
  return {
    date: new Date().toISOString().slice(0, 10),
    command: ["npm run bench", process.argv.slice(2).join(" ")].filter(Boolean).join(" -- "),
    cpu: cpus[0].model.trim(),
    cores: cpus.length,
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release().split("-")[0]}`,
    /** How many programs wanted a core when the run began: 0 on an idle machine. */
    load: Number(os.loadavg()[0].toFixed(2)),
    versions: {
      "cometchat-users": `${version("pkg")}${commit ? ` (${commit})` : ""}`,
      "official SDK": version("node_modules/@cometchat/chat-sdk-javascript"),
      Node: process.versions.node,
      Chromium: /[\d.]+/.exec(printed(browser, "--version") ?? "")?.[0],
      Rust: /[\d.]+/.exec(execFileSync("rustc", ["--version"], { cwd: root, encoding: "utf8" }))[0],
    },
  };
}
