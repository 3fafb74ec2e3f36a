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
  export const source: () => Response | Uint8Array | WebAssembly.Module;
}
