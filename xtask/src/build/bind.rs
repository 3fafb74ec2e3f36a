//! Makes the JavaScript bindings of the compiled client, and the small module that they load.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use super::places::{self, MachinePlace};
use super::{edits, names, snippets};
use crate::project::{npm_program, run};

/// Proposals that every engine of the package's floor implements (Node 20, Safari 16.4, Chrome 96,
/// Firefox 79). They are named one by one: `--all-features` lets wasm-opt emit what Node 20 does
/// not load.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-multivalue",
];

/// Between two rounds the control flow is taken apart and put together again. No data of ours is at an
/// address below 1,024, where the stack ends.
const SHRINK: [&str; 9] = [
    "--low-memory-unused",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Writes the bindings, the JavaScript beside them, the module, and the module as base64 text for places
/// where a file beside the script can get lost.
pub fn module(
    root: &Path,
    compiled: &Path,
    generated: &Path,
    places: &[MachinePlace],
) -> Result<()> {
    let _ = fs::remove_dir_all(generated);
    fs::create_dir_all(generated)?;
    let mut output = Bindgen::new()
        .input_path(compiled)
        .out_name("bindings")
        .web(true)?
        .typescript(false)
        // The loader decides where the module comes from.
        .omit_default_module_path(true)
        // Every engine of the package's floor has it.
        .encode_into(EncodeInto::Always)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .context("wasm-bindgen cannot bind the client")?;

    let files = snippets::files(&output)?;
    // The lines come with the indentation of wasm-bindgen's own source.
    let lines = output
        .js()
        .lines()
        .map(|line| line.trim().to_owned() + "\n");
    let script = snippets::beside_the_script(lines.collect(), output.wasm_mut(), &files)?;
    let script = edits::apply(&script, output.wasm())?;
    let script = names::shorten(&script, output.wasm_mut())?;
    fs::write(generated.join("bindings.js"), script)?;
    for file in files {
        fs::write(generated.join(file.name), file.text)?;
    }

    let bound = generated.join("bound.wasm");
    let small = generated.join("cometchat_users.wasm");
    fs::write(&bound, output.wasm_mut().emit_wasm())?;
    run(npm_program(root, "wasm-opt")?
        .args(SHRINK)
        .args(WASM_FEATURES)
        .arg("-o")
        .arg(&small)
        .arg(&bound))?;
    fs::remove_file(bound)?;
    places::ensure_none_in(&small, places)?;

    let text = base64::engine::general_purpose::STANDARD.encode(fs::read(&small)?);
    fs::write(
        generated.join("wasm-base64.ts"),
        format!(
            "/** The WebAssembly module, as base64. */\nexport const wasmBase64: string =\n  \"{text}\";\n"
        ),
    )?;
    Ok(())
}
