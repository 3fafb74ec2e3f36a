// What the package's private `#wasm` import and an imported `.wasm` file are to TypeScript.

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "#wasm" {
  /** An instance of the module: of the one that is given, or of the package's own. */
  export const instance: (
    imports: object,
    given?: Awaited<import("./loader.js").WasmSource>,
  ) => Promise<{ exports: WebAssembly.Exports }>;
}

// The core of the build without WebAssembly.
declare module "#core" {
  export const instantiate: (imports: object) => WebAssembly.Exports;
}
