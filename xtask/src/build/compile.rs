//! Compiles a crate to WebAssembly.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::module::WasmModule;
use super::places::MachinePlace;
use crate::project::run;

const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles a module's crate; gives the path of what comes out. Panics name the source file that they come from: its
/// path is shortened, so that the same sources make the same module on every machine.
pub fn compile(root: &Path, module: &WasmModule, places: &[MachinePlace]) -> Result<PathBuf> {
    let shortened = places
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    let flags: Vec<String> = shortened
        .chain(module.flags.iter().map(|flag| (*flag).to_owned()))
        .collect();
    run(Command::new("cargo")
        .current_dir(root)
        .args(["build", "--locked", "--lib", "--package", module.package])
        .args(["--features", module.features])
        .args(["--profile", module.profile, "--target", TARGET])
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")))?;
    Ok(root
        .join("target")
        .join(TARGET)
        .join(module.profile)
        .join(module.package.replace('-', "_"))
        .with_extension("wasm"))
}
