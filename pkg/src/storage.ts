// A storage of the caller's for the session, whose methods may give promises, as one that answers at once: it
// has what the storage held when a call began, and what was written since.

import type { CustomStorage } from "./settings.js";

/** What the core reads and writes in place of the caller's storage; of one session alone. */
export class Mirror {
  /** The last write, which begins when the one before has ended. It is never rejected. */
  written: Promise<null> | undefined;
  #key = "";
  #text: string | null = null;
  /** Set when the storage has failed: it is read no more. */
  #isBroken = false;

  constructor(readonly given: CustomStorage) {}

  /** The core says under which key it keeps the session. */
  open(key: string): void {
    this.#key = key;
  }

  /** Reads the caller's storage. */
  async read(): Promise<null> {
    const { written } = this;
    await written;
    try {
      const text = await this.given.getItem(this.#key);
      // Somebody may have logged in or out meanwhile.
      if (this.written === written && !this.#isBroken) this.#text = text ?? null;
    } catch {
      this.#isBroken = true;
    }
    return null;
  }

  getItem(): string | null {
    return this.#text;
  }

  setItem(_key: string, text: string | null): void {
    this.#text = text;
    this.written = this.#write(text, this.written);
  }

  removeItem(): void {
    this.setItem(this.#key, null);
  }

  async #write(text: string | null, earlier?: Promise<null>): Promise<null> {
    await earlier;
    try {
      await (text === null
        ? this.given.removeItem(this.#key)
        : this.given.setItem(this.#key, text));
    } catch {
      this.#isBroken = true;
      // What is there from before must not come back.
      if (text !== null) await this.#write(null);
    }
    return null;
  }
}
