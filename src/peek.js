// A look at many properties of a value in one way across the boundary.

/**
 * Reads properties, each of them once; one whose reading throws counts as undefined.
 *
 * @param {any} value
 * @param {string[]} names
 * @param {number} count How many of the names are looked at: 16 at most.
 * @param {unknown[]} values Gets what was read.
 * @returns {number} Two bits for each, those of the first being the lowest: 0 for undefined, 1 for null, 2 for
 *   a string, 3 for anything else.
 */
export function peek(value, names, count, values) {
  let kinds = 0;
  let unit = 1;
  for (const name of names.slice(0, count)) {
    let found;
    try {
      found = value[name];
    } catch {}
    values.push(found);
    if (found !== undefined)
      kinds += unit * (found === null ? 1 : typeof found === "string" ? 2 : 3);
    unit *= 4;
  }
  return kinds;
}
