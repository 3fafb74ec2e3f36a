// The package's WebAssembly module, changed to count the instructions that it executes, and a count of the
// crossings between it and JavaScript. Unlike times, both are the same on every machine and in every run.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../support/programs.mjs";

/** The proposals that the build (xtask/src/package.rs) allows itself; Node 20 does not support all of them. */
const FEATURES = [
  "--enable-bulk-memory",
  "--enable-mutable-globals",
  "--enable-nontrapping-float-to-int",
  "--enable-reference-types",
  "--enable-sign-ext",
  "--enable-multivalue",
];

/** Instructions that only group others; they execute nothing. */
const STRUCTURE = /^(block|loop|else|end|tuple\.make)\b/;
/** After these, the next instruction may execute more or less often than the one before. */
const BRANCH = /^(block|loop|if|else|end|br|br_if|br_table|return|unreachable)\b/;

/**
 * The module's text with counters: each run of instructions without a branch begins by adding their number to
 * the counter of its function. wasm-opt prints the text with one instruction in each line.
 */
function withCounters(text) {
  const lines = [];
  const counters = [];
  let place;
  let run;
  const endRun = () => {
    if (run?.count > 0) {
      const counter = `$executed${counters.length - 1}`;
      const add = [`global.get ${counter}`, `i64.const ${run.count}`, "i64.add"];
      lines.splice(run.at, 0, ...add, `global.set ${counter}`);
    }
    run = undefined;
  };
  let isInFunction = false;
  for (const line of text.split("\n")) {
    const instruction = line.trim();
    const name = /^ \(func \$(\S+)/.exec(line)?.[1];
    if (name) {
      isInFunction = true;
      const [id, type] = [`executed${counters.length}`, "(mut i64) (i64.const 0)"];
      counters.push(` (global $${id} (export "executed ${name}") ${type})`);
    } else if (line === " )" && isInFunction) {
      endRun();
      isInFunction = false;
    } else if (isInFunction && /^\w/.test(instruction)) {
      run ??= { at: lines.length, count: 0 };
      lines.push(line);
      if (!STRUCTURE.test(instruction)) run.count += 1;
      if (BRANCH.test(instruction)) endRun();
      continue;
    }
    lines.push(line);
    // Globals may be declared where the memory is.
    if (/^ \(memory /.test(line)) place = lines.length;
  }
  lines.splice(place, 0, ...counters);
  return lines.join("\n");
}

/** The module that counts. */
export function countedBytes() {
  const folder = mkdtempSync(join(tmpdir(), "cometchat-users-"));
  try {
    const tool = (name) => join(root, "node_modules/.bin", name);
    const quiet = { encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "ignore"] };
    const module = join(root, "pkg/dist/cometchat_users.wasm");
    const print = [...FEATURES, module, "--print-stack-ir", "-o", "/dev/null"];
    const text = execFileSync(tool("wasm-opt"), print, quiet);
    const [source, counted] = [join(folder, "counted.wat"), join(folder, "counted.wasm")];
    writeFileSync(source, withCounters(text));
    execFileSync(tool("wasm-as"), [...FEATURES, source, "-o", counted]);
    return readFileSync(counted);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Makes the package load a counting module; call it before anything else of the package.
 *
 * @param {(bytes: Uint8Array) => Promise<void>} load The package's.
 * @param {Uint8Array} bytes The module that counts.
 * @returns {Promise<() => { instructions: number, functions: Record<string, number>, crossings: number,
 *   memory: number }>} What was counted so far: instructions, all and by function; calls from the module
 *   and into it; and the size of its memory in bytes.
 */
export async function loadCounted(load, bytes) {
  const { instantiate, Instance } = WebAssembly;
  let exports;
  let crossings = 0;
  const counted = (functions) =>
    Object.fromEntries(
      Object.entries(functions).map(([name, value]) => [
        name,
        typeof value === "function"
          ? function (...given) {
              crossings += 1;
              return value.apply(this, given);
            }
          : value,
      ]),
    );
  const countedImports = (imports) =>
    Object.fromEntries(Object.entries(imports).map(([name, from]) => [name, counted(from)]));
  const countedInstance = (instance) => {
    exports = instance.exports;
    return Object.create(instance, { exports: { value: counted(exports) } });
  };
  // The package may use the function or the class.
  WebAssembly.instantiate = async (source, imports) => {
    const result = await instantiate(source, countedImports(imports));
    if (result instanceof Instance) return countedInstance(result);
    return { ...result, instance: countedInstance(result.instance) };
  };
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (target, [module, imports]) =>
      countedInstance(Reflect.construct(target, [module, countedImports(imports)])),
  });
  try {
    await load(bytes);
  } finally {
    Object.assign(WebAssembly, { instantiate, Instance });
  }
  return () => {
    const functions = Object.fromEntries(
      Object.entries(exports)
        .filter(([name]) => name.startsWith("executed "))
        .map(([name, { value }]) => [name.slice("executed ".length), Number(value)]),
    );
    const instructions = Object.values(functions).reduce((sum, count) => sum + count, 0);
    return { instructions, functions, crossings, memory: exports.memory.buffer.byteLength };
  };
}
