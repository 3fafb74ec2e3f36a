// UTF-8, for the build without WebAssembly: React Native's engine has no `TextDecoder`, or one that cannot
// refuse what is not UTF-8. They take the place of the globals in that build, in every engine, so that the
// tests in Node run what phones run.

const REPLACEMENT = 0xfffd;
/** More arguments than this may be too many for a call. */
const CHUNK = 4096;

/** Decodes as the global one does; UTF-8 only. */
export class TextDecoder {
  readonly #isFatal: boolean;
  readonly #keepsMark: boolean;

  constructor(_label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }) {
    this.#isFatal = options?.fatal === true;
    this.#keepsMark = options?.ignoreBOM === true;
  }

  decode(given?: ArrayBuffer | ArrayBufferView): string {
    const bytes = seen(given);
    let text = "";
    let units: number[] = [];
    let at =
      !this.#keepsMark && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    while (at < bytes.length) {
      const first = bytes[at++] as number;
      let point = first;
      if (first >= 0x80) {
        // How many bytes follow, and between which bounds the next of them is: what is longer than it need
        // be, a surrogate or above the last character is not UTF-8.
        let following = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
        let least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
        let most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
        point = following ? first & (0x3f >> following) : REPLACEMENT;
        let isWhole = following > 0;
        for (; following; following--) {
          const byte = bytes[at] ?? 0;
          if (byte < least || byte > most) {
            isWhole = false;
            break;
          }
          point = (point << 6) | (byte & 0x3f);
          at++;
          least = 0x80;
          most = 0xbf;
        }
        if (!isWhole) {
          if (this.#isFatal) throw new TypeError("The bytes are not UTF-8.");
          point = REPLACEMENT;
        }
      }
      if (point > 0xffff) {
        point -= 0x10000;
        units.push(0xd800 + (point >> 10), 0xdc00 + (point & 0x3ff));
      } else {
        units.push(point);
      }
      if (units.length >= CHUNK) {
        text += String.fromCharCode(...units);
        units = [];
      }
    }
    return text + String.fromCharCode(...units);
  }
}

/** Encodes as the global one does. */
export class TextEncoder {
  encode(text = ""): Uint8Array {
    const bytes = new Uint8Array(3 * text.length);
    return bytes.slice(0, this.encodeInto(text, bytes).written);
  }

  encodeInto(text: string, bytes: Uint8Array): { read: number; written: number } {
    let read = 0;
    let written = 0;
    while (read < text.length) {
      // A half of a pair comes out as itself.
      let point = text.codePointAt(read) as number;
      const units = point > 0xffff ? 2 : 1;
      if (point >= 0xd800 && point <= 0xdfff) point = REPLACEMENT;
      const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (written + size > bytes.length) break;
      read += units;
      if (size === 1) {
        bytes[written++] = point;
        continue;
      }
      bytes[written++] = ((0xf00 >> size) & 0xff) | (point >> (6 * (size - 1)));
      for (let left = size - 2; left >= 0; left--) {
        bytes[written++] = 0x80 | ((point >> (6 * left)) & 0x3f);
      }
    }
    return { read, written };
  }
}

function seen(given: ArrayBuffer | ArrayBufferView | undefined): Uint8Array {
  if (given === undefined) return new Uint8Array();
  if (given instanceof Uint8Array) return given;
  return ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
    : new Uint8Array(given);
}
