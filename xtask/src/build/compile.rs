//! Compiles the client to WebAssembly.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::places::MachinePlace;
use crate::project::run;

const TARGET: &str = "wasm32-unknown-unknown";

/// The compiler optimises for speed, which by itself makes the module 1.2 KB larger, gzipped. With loops
/// left as they are, and functions inlined only where that costs little, it is no larger than one that is
/// optimised for size, and a call executes a sixth less. Up to 40 the module does not grow.
const INLINED: [&str; 2] = [
    "-Cllvm-args=--inline-threshold=40",
    "-Cllvm-args=--unroll-threshold=0",
];

/// Compiles the client; gives the module's path. Panics name the source file that they come from: its
/// path is shortened, so that the same sources make the same module on every machine.
pub fn client(root: &Path, places: &[MachinePlace]) -> Result<PathBuf> {
    let shortened = places
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    let flags: Vec<String> = shortened.chain(INLINED.map(str::to_owned)).collect();
    run(Command::new("cargo")
        .current_dir(root)
        .args(["build", "--locked", "--lib", "--package", "cometchat-users"])
        .args(["--profile", "wasm", "--target", TARGET])
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")))?;
    Ok(root
        .join("target")
        .join(TARGET)
        .join("wasm/cometchat_users.wasm"))
}
