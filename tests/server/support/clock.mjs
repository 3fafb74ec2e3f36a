// A clock that a test moves on, in place of the process's own: minutes pass in no time.

/** Lets everything happen that can happen now. */
async function settle() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * Replaces the clock and the timers until the test ends.
 *
 * @param {import("node:test").TestContext} t
 */
export function useClock(t) {
  const own = { setTimeout, clearTimeout };
  const timers = new Map();
  let now = 1_000;
  let last = 0;
  t.mock.method(performance, "now", () => now);
  t.mock.method(Date, "now", () => 1_700_000_000_000 + now);
  globalThis.setTimeout = (callback, ms = 0, ...values) => {
    timers.set(++last, { at: now + ms, ring: () => callback(...values) });
    return last;
  };
  globalThis.clearTimeout = (timer) => timers.delete(timer);
  t.after(() => Object.assign(globalThis, own));
  return {
    get now() {
      return now;
    },
    settle,
    /** Moves on by so many milliseconds, and rings on the way. */
    async pass(milliseconds) {
      const end = now + milliseconds;
      await settle();
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= end);
        if (due.length === 0) break;
        const [timer, { at, ring }] = due.reduce((one, other) =>
          other[1].at < one[1].at ? other : one,
        );
        timers.delete(timer);
        now = Math.max(now, at);
        ring();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}
