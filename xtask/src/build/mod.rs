//! From Rust to installable packages in `pkg/`: compile, bind, bundle. A step whose input has not changed
//! is left out.

mod bind;
mod bundle;
mod comments;
mod compile;
mod edits;
mod javascript;
mod memory_reads;
mod module;
mod names;
mod places;
mod provision;
mod readme;
mod server;
mod snippets;

use std::fs;
use std::path::Path;

use anyhow::Result;

use module::{CLIENT, EMULATOR, SERVER, WasmModule};

use crate::project::npm_program;
use crate::typings;

/// Builds the client's package.
pub fn client(root: &Path) -> Result<()> {
    // Missing programs are reported before the client is compiled, which takes minutes.
    for program in ["wasm-opt", "tsc", "esbuild"] {
        npm_program(root, program)?;
    }
    make(root, &CLIENT)?;
    make(root, &SERVER)?;
    typings::write(&root.join(CLIENT.generated))?;
    bundle::package(root)?;
    let dist = root.join("pkg/dist");
    // From the scripts that the compiler made, before any of them is replaced.
    server::package(root, &SERVER, &dist)?;
    javascript::package(root, &CLIENT, &dist)?;
    provision::package(root, &dist)
}

/// Builds the emulator's module.
pub fn emulator(root: &Path) -> Result<()> {
    make(root, &EMULATOR)
}

/// Makes a module and its bindings.
fn make(root: &Path, module: &WasmModule) -> Result<()> {
    npm_program(root, "wasm-opt")?;
    let places = places::of_this_machine(root)?;
    let compiled = compile::compile(root, module, &places)?;
    let generated = root.join(module.generated);
    // Written last: a step that was interrupted runs again.
    let done = generated.join("done");
    // This program's own steps are an input as much as the module is.
    if is_older(&done, &compiled)? || is_older(&done, &std::env::current_exe()?)? {
        bind::bind(root, module, &compiled, &places)?;
        if !module.generated_javascript.is_empty() {
            javascript::bind(root, module, &compiled)?;
        }
        fs::write(&done, "")?;
    }
    Ok(())
}

/// Whether `made` is missing or older than what it is made of.
fn is_older(made: &Path, source: &Path) -> Result<bool> {
    let Ok(made) = fs::metadata(made) else {
        return Ok(true);
    };
    Ok(made.modified()? < fs::metadata(source)?.modified()?)
}
