// The emulators against which every operation of `AdminClient` is tried: in this process, and the native program on
// SQLite and on PostgreSQL.

import { after, before } from "node:test";
import { createEmulator } from "cometchat-emulator";
import { AdminClient } from "cometchat-users/server";
import { startPostgres } from "../../../bench/emulator/postgres.mjs";
import { startEmulator } from "../../../scripts/emulator.mjs";

/**
 * @typedef {object} Home
 * @property {string} appId
 * @property {string} authKey
 * @property {string} restApiKey
 * @property {(options?: object, restApiKey?: string) => AdminClient} admin A client of its own.
 */

/** Each kind of emulator: its name, and how it is started. */
export const HOMES = {
  "in this process": async () => {
    const emulator = await createEmulator();
    return {
      ...keys(emulator),
      settings: { region: "us", fetch: emulator.fetch },
      stop: () => emulator.close(),
    };
  },
  "on SQLite": async () => native({}),
  "on PostgreSQL": async () => {
    const postgres = startPostgres();
    if (!postgres) throw new Error("PostgreSQL is not installed.");
    const home = await native({ databaseUrl: postgres.url });
    const stop = async () => {
      await home.stop();
      postgres.stop();
    };
    return { ...home, stop };
  },
};

const keys = ({ appId, authKey, restApiKey }) => ({ appId, authKey, restApiKey });

async function native(options) {
  const emulator = await startEmulator(options);
  return {
    ...keys(emulator),
    settings: { emulator: emulator.url },
    url: emulator.url,
    stop: () => emulator.stop(),
  };
}

/** Starts an emulator before the tests of the surrounding suite, and stops it after them. */
export function useHome(start) {
  /** @type {Home} */
  const home = {
    admin: (options = {}, restApiKey = home.restApiKey) =>
      new AdminClient(home.appId, restApiKey, { ...home.settings, ...options }),
  };
  before(async () => Object.assign(home, await start()));
  after(() => home.stop?.());
  return home;
}
