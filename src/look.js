// A look at many values in one way across the boundary. Nothing is decided here.

/** @type {TextEncoder | undefined} */
let encoder;

/** Where texts are encoded, to see how long they become. @type {Uint8Array | undefined} */
let room;

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

/**
 * Reads the first entries of a list, each of them once; one whose reading throws counts as undefined.
 *
 * @param {any} list
 * @param {number} count
 */
export function entries(list, count) {
  const values = [];
  for (let index = 0; index < count; index++) {
    let found;
    try {
      found = list[index];
    } catch {}
    values.push(found);
  }
  return values;
}

/**
 * Whether a value that `JSON.parse` made is a list of strings.
 *
 * @param {unknown} value
 */
export function isTextList(value) {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

/**
 * Whether each entry of a list is a string that begins with a visible ASCII character and has no more UTF-16
 * units than that.
 *
 * @param {unknown[]} list
 * @param {number} units
 */
export function arePlain(list, units) {
  return list.every(
    (entry) => typeof entry === "string" && entry.length <= units && /^[!-~]/.test(entry),
  );
}

/**
 * Whether a text has at most so many bytes as UTF-8. To count them in the module, the text would have to be
 * copied there.
 *
 * @param {string} text
 * @param {number} bytes
 */
export function encodesWithin(text, bytes) {
  encoder ??= new TextEncoder();
  if (!(room?.length >= bytes)) room = new Uint8Array(bytes);
  const { read, written } = encoder.encodeInto(text, room);
  return read === text.length && written <= bytes;
}
