// What an imported `.wasm` file is to TypeScript: the module, compiled.

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
