// As glue/registry.ts, for the build without WebAssembly: some engines without it, such as older ones of React
// Native, tell nobody what the garbage collector has freed. There, what a dropped client holds stays.

import { guarded } from "../crash.js";

/** A registry whose callback is guarded, or one that never calls back. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: it takes the global's place.
export function FinalizationRegistry<T>(
  free: (held: T) => void,
): Pick<globalThis.FinalizationRegistry<T>, "register" | "unregister"> {
  return typeof globalThis.FinalizationRegistry === "function"
    ? new globalThis.FinalizationRegistry(guarded(free))
    : { register() {}, unregister: () => false };
}
