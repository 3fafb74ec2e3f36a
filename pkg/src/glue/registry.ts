// The registry by which the generated bindings free what JavaScript has let go of. The garbage collector
// calls back at any time, also when the module has stopped: a trap in there would end a Node process, so
// the callback is guarded.

import { guarded } from "../crash.js";

/** A registry whose callback is guarded. The bindings call this with `new`, as they would the global class. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: it takes the global's place.
export function FinalizationRegistry<T>(
  free: (held: T) => void,
): globalThis.FinalizationRegistry<T> {
  return new globalThis.FinalizationRegistry(guarded(free));
}
