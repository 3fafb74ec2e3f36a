// Remembers which uids a source has had, in little memory: 12 bytes for each place of a table that is at most half
// full, so about 25 MB for a million users. Two uids are taken for one if 64 bits of their hashes are equal, which
// happens once in some ten million sources of a million users.

/** In place of a row: the uid was had by a row that is refused. */
const FREE = 0xffffffff;

export class SeenUids {
  #places = 1024;
  #count = 0;
  #low = new Uint32Array(this.#places);
  #high = new Uint32Array(this.#places);
  #rows = new Uint32Array(this.#places);

  /** Remembers the row of a uid. Returns the row that has had it, 0 if none has. */
  add(uid: string, row: number): number {
    if (this.#count * 2 >= this.#places) this.#grow();
    const [low, high] = hash(uid.toLowerCase());
    return this.#put(low, high, row);
  }

  /** Lets another row have the uid. */
  forget(uid: string): void {
    const [low, high] = hash(uid.toLowerCase());
    const at = this.#find(low, high);
    if (this.#rows[at] !== 0) this.#rows[at] = FREE;
  }

  /** The place of a uid, or the free one where it belongs. */
  #find(low: number, high: number): number {
    let at = low & (this.#places - 1);
    while (this.#rows[at] !== 0 && (this.#low[at] !== low || this.#high[at] !== high)) {
      at = (at + 1) & (this.#places - 1);
    }
    return at;
  }

  #put(low: number, high: number, row: number): number {
    const at = this.#find(low, high);
    const known = this.#rows[at] as number;
    if (known !== 0 && known !== FREE) return known;
    if (known === 0) this.#count++;
    this.#low[at] = low;
    this.#high[at] = high;
    this.#rows[at] = row;
    return 0;
  }

  #grow(): void {
    const [lows, highs, rows] = [this.#low, this.#high, this.#rows];
    this.#places *= 2;
    this.#low = new Uint32Array(this.#places);
    this.#high = new Uint32Array(this.#places);
    this.#rows = new Uint32Array(this.#places);
    this.#count = 0;
    for (const [at, row] of rows.entries()) {
      if (row !== 0) this.#put(lows[at] as number, highs[at] as number, row);
    }
  }
}

/** 64 bits of a text: two rounds of multiplications and shifts, mixed at the end (cyrb53, with all bits kept). */
export function hash(text: string): [low: number, high: number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0];
}
