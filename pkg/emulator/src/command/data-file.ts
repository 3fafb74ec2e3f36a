// The data file: a snapshot, read at the start, and written whole, beside the file and then put in its place, so
// that it is complete at any moment.

import { accessSync, constants, existsSync, readFileSync, realpathSync } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { lock } from "../../../src/provision/lock.js";
import type { Snapshot } from "../api.js";
import type { Core } from "../core.js";
import type { Entry } from "./log.js";
import { StartError } from "./settings.js";

/** How soon after a change the file is written, in milliseconds. */
const SOON_MS = 200;

/** A file that takes long to write is written less often: this many times as long passes in between. */
const REST = 10;

export class DataFile {
  readonly #path: string;
  readonly #unlock: () => void;
  readonly #log: (entry: Entry) => void;
  #core: Core | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<boolean> | undefined;
  #isDirty = false;
  #lastMs = 0;

  /**
   * Opens a file, which need not exist, for this process alone.
   *
   * @throws StartError
   */
  constructor(path: string, log: (entry: Entry) => void) {
    this.#log = log;
    const absolute = resolve(path);
    // A link stays one: what it points to is written.
    this.#path = existsSync(absolute) ? realpathSync(absolute) : absolute;
    try {
      this.#unlock = lock(`${this.#path}.lock`);
    } catch (error) {
      throw new StartError(notLocked(this.#path, error));
    }
  }

  /**
   * Gives an emulator the state of the file, if there is one.
   *
   * @throws StartError when it is none that this version can read; the file is left as it is.
   */
  async restore(core: Core, appIds: readonly string[]): Promise<void> {
    this.#core = core;
    if (existsSync(this.#path)) {
      const { version } = await core.control<Snapshot>("--data", "GET", "/snapshot");
      const snapshot = readSnapshot(this.#path, version);
      const unknown = snapshot.apps.map(({ appId }) => appId).find((id) => !appIds.includes(id));
      if (unknown !== undefined) {
        throw new StartError(
          `${this.#path} has the app "${unknown}", which is not served: add --app ${unknown}`,
        );
      }
      try {
        await core.control("--data", "PUT", "/snapshot", snapshot);
      } catch (error) {
        throw notASnapshot(this.#path, (error as Error).message);
      }
    }
  }

  /** Writes the file soon. */
  readonly changed = (): void => {
    this.#isDirty = true;
    if (this.#timer || this.#writing) return;
    this.#timer = setTimeout(() => void this.#save(), Math.max(SOON_MS, this.#lastMs * REST));
  };

  /** Writes what has changed, and lets others use the file. Gives whether all is written. */
  async close(): Promise<boolean> {
    clearTimeout(this.#timer);
    await this.#writing;
    clearTimeout(this.#timer);
    const isWritten = this.#isDirty ? await this.#save() : true;
    this.release();
    return isWritten;
  }

  /** Lets others use the file. */
  release(): void {
    this.#unlock();
  }

  #save(): Promise<boolean> {
    this.#timer = undefined;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#isDirty) this.changed();
    });
    return this.#writing;
  }

  async #write(): Promise<boolean> {
    const began = performance.now();
    this.#isDirty = false;
    const beside = `${this.#path}.tmp`;
    try {
      const reply = await this.#core?.serve({
        method: "GET",
        url: "/__emulator/snapshot",
        headers: ["host", "localhost"],
        isInternal: true,
      });
      if (reply?.status !== 200) throw new Error("the emulator gives no snapshot");
      const file = await open(beside, "w", 0o600);
      try {
        await file.writeFile(reply.body);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, this.#path);
      this.#lastMs = performance.now() - began;
      return true;
    } catch (error) {
      await unlink(beside).catch(() => {});
      const message = `${this.#path} could not be written: ${(error as Error).message}`;
      this.#log({ level: "error", message });
      // Tried again after the next change.
      return false;
    }
  }
}

function readSnapshot(path: string, known: number): Snapshot {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new StartError(`${path} cannot be read and written: ${(error as Error).message}`);
  }
  let document: { data?: unknown } | null;
  try {
    document = JSON.parse(text);
  } catch {
    throw notASnapshot(path, "it is not JSON");
  }
  // As `GET /__emulator/snapshot` answers, or its `data` alone.
  const snapshot = (document?.data ?? document) as Partial<Snapshot> | null;
  const { version, apps } = snapshot ?? {};
  if (typeof version !== "number") throw notASnapshot(path, "it has no version");
  if (version > known) {
    throw new StartError(
      `${path} was written by a newer version of this program: use that, or choose another file`,
    );
  }
  if (!Array.isArray(apps) || !apps.every((app) => typeof app?.appId === "string")) {
    throw notASnapshot(path, "it has no apps");
  }
  return snapshot as Snapshot;
}

const notASnapshot = (path: string, why: string) =>
  new StartError(
    `${path} is not a snapshot of an emulator (${why}): choose another file, or delete it to start anew`,
  );

function notLocked(path: string, error: unknown): string {
  const { holder, message } = error as Error & { holder?: number };
  if (holder !== undefined) {
    return `${path} is in use by another emulator (process ${holder}): stop that, or choose another file`;
  }
  return `cannot write in ${dirname(path)}, where the file of --data is: ${message}`;
}
