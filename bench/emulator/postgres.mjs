// A PostgreSQL cluster in a temporary folder, which listens on a socket there and nowhere else.

import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where initdb and pg_ctl are: on the path, or where Debian puts them. */
function programs() {
  const found = spawnSync("pg_config", ["--bindir"]).stdout?.toString().trim();
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  return [found, ...versions.map((version) => `${debian}/${version}/bin`)].find(
    (folder) => folder && existsSync(`${folder}/initdb`),
  );
}

/**
 * Starts a cluster.
 *
 * @returns {{ url: string, stop(): void } | undefined} Nothing where PostgreSQL is not installed.
 */
export function startPostgres() {
  const bin = programs();
  if (!bin) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "emulator-pg-"));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync("chown", ["nobody", folder]);
  else chmodSync(folder, 0o700);
  // It refuses to run as root.
  const run = (program, ...args) => {
    const command = [`${bin}/${program}`, ...args];
    const quoted = command.map((word) => `'${word}'`).join(" ");
    const [first, ...rest] = isRoot ? ["su", "-s", "/bin/sh", "nobody", "-c", quoted] : command;
    execFileSync(first, rest, { cwd: "/", stdio: "ignore" });
  };
  const data = join(folder, "data");
  run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "-D", data);
  const options = `-c listen_addresses= -k ${folder}`;
  run("pg_ctl", "start", "-w", "-D", data, "-l", join(folder, "log"), "-o", options);
  return {
    url: `postgres://postgres@localhost/postgres?host=${folder}`,
    stop() {
      run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", data);
      rmSync(folder, { recursive: true });
    },
  };
}
