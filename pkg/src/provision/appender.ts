// Appends text to a file. What is flushed survives the death of this process at any moment.

import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";

const LARGEST = 64 * 1024;

export class Appender {
  readonly #file: number;
  #pending = "";

  /** @param flags `"a"` goes on, `"w"` begins anew, `"wx"` refuses a file that is there. */
  constructor(path: string, flags: "a" | "w" | "wx") {
    this.#file = openSync(path, flags, 0o600);
  }

  push(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= LARGEST) this.flush();
  }

  flush(): void {
    if (this.#pending === "") return;
    const bytes = new TextEncoder().encode(this.#pending);
    this.#pending = "";
    // A write may take less than it is given.
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
  }

  /** Flushes, and waits for the disk: the text survives a power cut, too. */
  sync(): void {
    this.flush();
    fdatasyncSync(this.#file);
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}
