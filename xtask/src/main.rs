//! Builds the npm package in `pkg/`: the WebAssembly module, its bindings, and the TypeScript
//! around them. Run it with `cargo xtask build`, or through `npm run build`.

mod package;
mod protocol;

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask stands in the root")?;
    match std::env::args().nth(1).as_deref() {
        Some("build") => package::build(root),
        Some("protocol") => {
            protocol::print();
            Ok(())
        }
        _ => bail!(
            "cargo xtask build      builds the npm package in pkg/\n\
             cargo xtask protocol   prints the protocol's fields, codes and limits as JSON"
        ),
    }
}

/// Runs a command and fails with its name when it does.
fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {command:?}"))?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}

/// A program that an npm dependency brings.
fn npm_program(root: &Path, name: &str) -> Result<Command> {
    let path = root.join("node_modules/.bin").join(name);
    ensure!(path.exists(), "{name} is missing: run `npm ci` first");
    let mut command = Command::new(path);
    command.current_dir(root);
    Ok(command)
}
