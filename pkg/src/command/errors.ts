// How the command ends when it does not succeed.

/** The command line, or what it names, is wrong: exit code 2. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly details = "",
  ) {
    super(message);
  }
}

/** Somebody interrupted it: exit code 130. */
export class Interrupted extends Error {}

/** Exit codes. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;
