// What the command prints: results on standard output, everything else on standard error.

import { once } from "node:events";
import type { User } from "cometchat-users/server";

/** A number as people write it. */
export const number = (value: number): string => Math.round(value).toLocaleString("en");

/** Writes to standard output, and waits while nobody reads it. */
export async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}

/** Writes a line to standard output. */
export const print = (line: string): Promise<void> => write(`${line}\n`);

/** Writes a line to standard error. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A value as JSON, or a user field by field. */
export async function show(value: object, isJson: boolean): Promise<void> {
  if (isJson) return print(JSON.stringify(value));
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  const width = Math.max(...entries.map(([name]) => name.length));
  for (const [name, field] of entries) {
    await print(`${name.padEnd(width)}  ${shown(name, field)}`);
  }
}

function shown(name: string, value: unknown): string {
  if (/At$/.test(name) && typeof value === "number" && value > 0) {
    return `${value} (${new Date(value * 1000).toISOString()})`;
  }
  return typeof value === "object" ? JSON.stringify(value) : printable(String(value));
}

/** Without what would steer a terminal: a name may come from anybody. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ");

/** A user in a line of a list. */
export const line = (user: User): string =>
  [user.uid, user.name, user.role ?? "default", user.deactivatedAt ? "deactivated" : ""]
    .map((text) => printable(String(text ?? "")))
    .join("\t")
    .trimEnd();
