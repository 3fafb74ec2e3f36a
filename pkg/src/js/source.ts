// Where the build without WebAssembly gets its core from.

import { instantiate } from "#core";

/** The core, in place of an instance of a module. */
export const instance = async (imports: object) => ({ exports: instantiate(imports) });
