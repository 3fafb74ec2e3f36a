// What `load` may be given as the WebAssembly module, and how that becomes an instance.

import { get } from "../generated/look.js";
import type { WasmSource } from "../loader.js";

/** An instance of a module that is somewhere else: behind an address, in a response, in bytes, or compiled. */
export async function instanceOf(
  source: Awaited<WasmSource>,
  imports: object,
): Promise<WebAssembly.Instance> {
  let found: unknown = source;
  // An address, a URL, or a request.
  if (typeof found === "string" || get(found, "href") || get(found, "method")) {
    found = await fetch(found as string);
  }
  if (get(found, "arrayBuffer")) {
    const { ok, status, url } = found as Response;
    if (!ok) throw new Error(`${url} answered with status ${status}.`);
    found = await (found as Response).arrayBuffer();
  }
  const made = await WebAssembly.instantiate(found as BufferSource, imports as WebAssembly.Imports);
  // Of what was compiled before, it gives the instance alone.
  return made.instance ?? made;
}
