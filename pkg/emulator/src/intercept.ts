// Puts a function in the place of `globalThis.fetch` for some addresses. Several may be in place, of several copies
// of this package, and each may be taken away at any time: what is no longer wanted lets everything through, and
// is removed once nothing of anybody else's is on top of it.

import type { Undo } from "./api.js";
import { disposable } from "./dispose.js";

type Fetch = typeof globalThis.fetch;

/** Where a function that was put there keeps what it is about; the same in each copy of this package. */
const MARK = Symbol.for("cometchat-emulator.intercept");

interface Layer {
  isActive: boolean;
  /** What was there before. */
  below: Fetch | undefined;
}

const layerOf = (fetch: Fetch | undefined): Layer | undefined =>
  (fetch as (Fetch & { [MARK]?: Layer }) | undefined)?.[MARK];

/** Has `fetch` answer what is for `isOurs`, and returns the way back. */
export function intercept(fetch: Fetch, isOurs: (url: URL) => boolean): Undo {
  const layer: Layer = { isActive: true, below: globalThis.fetch };
  const intercepted: Fetch = (input, init) => {
    const url = layer.isActive ? addressOf(input) : undefined;
    if (url && isOurs(url)) return fetch(input, init);
    if (layer.below) return layer.below.call(globalThis, input, init);
    return Promise.reject(new TypeError("fetch is not there, but for CometChat's hosts"));
  };
  globalThis.fetch = Object.assign(intercepted, { [MARK]: layer });

  const undo = () => {
    layer.isActive = false;
    for (
      let top = layerOf(globalThis.fetch);
      top && !top.isActive;
      top = layerOf(globalThis.fetch)
    ) {
      if (top.below) globalThis.fetch = top.below;
      else Reflect.deleteProperty(globalThis, "fetch");
    }
  };
  return disposable(undo, undo);
}

/** The address of a request. One that does not parse is left to the real `fetch`, which says so. */
function addressOf(input: RequestInfo | URL): URL | undefined {
  const text = typeof input === "object" && "url" in input ? input.url : String(input);
  const base = (globalThis as { location?: { href: string } }).location?.href;
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
