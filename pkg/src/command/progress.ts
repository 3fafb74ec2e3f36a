// Shows how far an import is: a bar on a terminal, and a plain line every few seconds elsewhere.

import { Presets, SingleBar } from "cli-progress";
import type { Progress } from "../provision/index.js";
import { note, number } from "./output.js";

const LINE_MS = 2000;

/** What is shown while an import runs. */
export class Display {
  readonly #total: number | undefined;
  readonly #bar: SingleBar | undefined;
  readonly #began = performance.now();
  #toldAt = this.#began;

  /** @param total How many bytes the source has, if that is known. */
  constructor(total: number | undefined) {
    this.#total = total;
    if (!process.stderr.isTTY) return;
    const bar = total === undefined ? "" : "{bar} {percentage} % | ";
    this.#bar = new SingleBar(
      {
        format: `${bar}{rows} rows | {rate}/s | {left}{failures}`,
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: false,
        barsize: 24,
      },
      Presets.shades_classic,
    );
    this.#bar.start(total ?? 1, 0, { rows: "0", rate: "0", left: "", failures: "" });
  }

  update(progress: Progress): void {
    const now = performance.now();
    const rate = (progress.rows - progress.resumed) / Math.max((now - this.#began) / 1000, 0.001);
    const failures = progress.failed > 0 ? ` | ${number(progress.failed)} failed` : "";
    const left = this.#left(progress, rate);
    if (this.#bar !== undefined) {
      const payload = { rows: number(progress.rows), rate: number(rate), left, failures };
      this.#bar.update(this.#total === undefined ? 0 : progress.bytes, payload);
    } else if (now - this.#toldAt >= LINE_MS) {
      this.#toldAt = now;
      const part = this.#total ? `${Math.floor((100 * progress.bytes) / this.#total)} %, ` : "";
      note(`${part}${number(progress.rows)} rows, ${number(rate)}/s, ${left}${failures}`);
    }
  }

  /** The time that the rest takes, if it has rows of the same size. */
  #left(progress: Progress, rate: number): string {
    if (this.#total === undefined || progress.rows === 0 || rate === 0) return "time left unknown";
    const rows = (progress.rows / Math.max(progress.bytes, 1)) * (this.#total - progress.bytes);
    return `${duration(rows / rate)} left`;
  }

  stop(): void {
    this.#bar?.stop();
  }
}

/** A time as people say it. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
