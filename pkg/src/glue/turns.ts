// How the module gets its next turn: by a promise. Node's `queueMicrotask` takes longer than a promise, and
// test runners that stop the clock (Jest's and Sinon's fake timers) stop it, too: a call whose `fetch` is a
// stub would never end.

/** Calls back in a microtask. */
export function queueMicrotask(callback: () => void): void {
  Promise.resolve().then(callback);
}
