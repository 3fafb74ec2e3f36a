// Medians, and one line for each figure that has a target.

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

let misses = 0;

/** Prints a figure and whether it holds its target. */
export function report(what, figures, holds, target) {
  if (!holds) misses++;
  console.log(`${holds ? "ok  " : "MISS"}  ${what}: ${figures} (target: ${target})`);
}

/** Ends the process: with 1 when a target was missed. */
export const end = () => process.exit(misses > 0 ? 1 : 0);
