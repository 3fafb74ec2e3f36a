// Keeps a caught exception from occupying a slot of the module's table after it was handled. As generated,
// an import that throws takes two slots: one for the exception, and one for the object that it did not
// return. The module never frees the second (docs/upstream/leaked-slots.md).

/**
 * Stores an exception for the module, and gives what the import has to return in its place: the exception,
 * which the module then puts into the very slot that it was stored under.
 */
export function returned(
  thrown: unknown,
  allocate: () => number,
  free: (slot: number) => void,
  store: (slot: number) => void,
): unknown {
  // The slot that was freed last is the next to be taken.
  const slot = allocate();
  free(slot);
  store(slot);
  return thrown;
}
