//! From `src/` to an installable package in `pkg/`: compile, bind, bundle. A step whose input has not
//! changed is left out.

mod bind;
mod bundle;
mod compile;
mod edits;
mod names;
mod places;
mod snippets;

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::project::npm_program;
use crate::typings;

pub fn build(root: &Path) -> Result<()> {
    // Missing programs are reported before the client is compiled, which takes minutes.
    for program in ["wasm-opt", "tsc", "esbuild"] {
        npm_program(root, program)?;
    }
    let places = places::of_this_machine(root)?;
    let compiled = compile::client(root, &places)?;
    let generated = root.join("pkg/src/generated");
    // Written last: a step that was interrupted runs again.
    let done = generated.join("done");
    // This program's own steps are an input as much as the module is.
    if is_older(&done, &compiled)? || is_older(&done, &std::env::current_exe()?)? {
        bind::module(root, &compiled, &generated, &places)?;
        fs::write(&done, "")?;
    }
    typings::write(&generated)?;
    bundle::package(root)
}

/// Whether `made` is missing or older than what it is made of.
fn is_older(made: &Path, source: &Path) -> Result<bool> {
    let Ok(made) = fs::metadata(made) else {
        return Ok(true);
    };
    Ok(made.modified()? < fs::metadata(source)?.modified()?)
}
