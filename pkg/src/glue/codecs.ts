// The text codecs of the generated bindings, made on their first use. As generated, they are made while
// the package is imported: importing would then use globals, and would fail in a realm that has no codecs
// (jsdom below 27, and so Jest). The bindings call these with `new`, as they would call the global classes.

type Decoder = { decode(bytes: Uint8Array): string };
type Encoder = Pick<globalThis.TextEncoder, "encode" | "encodeInto">;

/** A decoder that decodes as the global one does. */
export function TextDecoder(label: string, options: { ignoreBOM: boolean }): Decoder {
  let decoder: globalThis.TextDecoder | undefined;
  return {
    decode(bytes) {
      if (!decoder) {
        decoder = new globalThis.TextDecoder(label, options);
        // Safari's first decoding may fail: it is one of nothing.
        decoder.decode();
      }
      return decoder.decode(bytes);
    },
  };
}

/** An encoder that encodes as the global one does. */
export function TextEncoder(): Encoder {
  let encoder: globalThis.TextEncoder | undefined;
  const made = (): globalThis.TextEncoder => {
    encoder ??= new globalThis.TextEncoder();
    return encoder;
  };
  return {
    encode: (text) => made().encode(text),
    encodeInto: (text, bytes) => made().encodeInto(text, bytes),
  };
}
