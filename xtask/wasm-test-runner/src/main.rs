//! Cargo's runner for WebAssembly tests: wasm-bindgen's own test runner, built from the version that
//! Cargo.lock pins instead of one that happens to be installed.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
