//! Makes the JavaScript bindings of a compiled module, and the small module that they load.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use wasm_bindgen_cli_support::{Bindgen, EncodeInto, Output};

use super::edits::{self, Edit};
use super::module::WasmModule;
use super::names;
use super::places::{self, MachinePlace};
use super::snippets::{self, Snippet};
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

/// What wasm-bindgen makes of a compiled module.
pub struct Bindings {
    pub output: Output,
    /// The script, with these edits and with short names.
    pub script: String,
    /// The JavaScript beside it.
    pub files: Vec<Snippet>,
}

/// Makes the bindings of a compiled module, given as bytes.
pub fn bindings(module: &WasmModule, bytes: Vec<u8>, edits: &[Edit]) -> Result<Bindings> {
    let mut output = Bindgen::new()
        .input_bytes("bindings", bytes)
        .out_name("bindings")
        .web(true)?
        .typescript(module.typings)
        // The loader decides where the module comes from.
        .omit_default_module_path(true)
        // Every engine of the package's floor has it.
        .encode_into(EncodeInto::Always)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .with_context(|| format!("wasm-bindgen cannot bind {}", module.package))?;
    let files = snippets::files(&output)?;
    // The lines come with the indentation of wasm-bindgen's own source.
    let lines = output
        .js()
        .lines()
        .map(|line| line.trim().to_owned() + "\n");
    let script = snippets::beside_the_script(lines.collect(), output.wasm_mut(), &files)?;
    let script = edits::apply(&script, output.wasm(), edits)?;
    let script = names::shorten(&script, output.wasm_mut())?;
    Ok(Bindings {
        output,
        script,
        files,
    })
}

/// Writes the bindings, the JavaScript beside them and the module.
pub fn bind(
    root: &Path,
    module: &WasmModule,
    compiled: &Path,
    places: &[MachinePlace],
) -> Result<()> {
    let generated = root.join(module.generated);
    let _ = fs::remove_dir_all(&generated);
    fs::create_dir_all(&generated)?;
    let Bindings {
        mut output,
        script,
        files,
    } = bindings(module, fs::read(compiled)?, module.edits)?;
    fs::write(generated.join("bindings.js"), script)?;
    for file in files {
        fs::write(generated.join(file.name), file.text)?;
    }

    if let Some(typings) = output.ts() {
        fs::write(generated.join("bindings.d.ts"), typings)?;
    }

    let bound = generated.join("bound.wasm");
    let small = generated.join(module.name).with_extension("wasm");
    fs::write(&bound, output.wasm_mut().emit_wasm())?;
    run(npm_program(root, "wasm-opt")?
        .args(module.shrink)
        .args(WASM_FEATURES)
        .arg("-o")
        .arg(&small)
        .arg(&bound))?;
    fs::remove_file(bound)?;
    places::ensure_none_in(&small, places)?;

    if !module.as_text {
        return Ok(());
    }
    let bytes = fs::read(&small)?;
    let mut deflated = Vec::new();
    zopfli::compress(
        zopfli::Options::default(),
        zopfli::Format::Zlib,
        &*bytes,
        &mut deflated,
    )?;
    write_text(&generated.join("wasm-base64.ts"), "wasmBase64", "", &bytes)?;
    write_text(
        &generated.join("wasm-deflated.ts"),
        "wasmDeflated",
        "deflated and ",
        &deflated,
    )
}

/// Writes a TypeScript file with the module as base64 text.
fn write_text(file: &Path, name: &str, form: &str, bytes: &[u8]) -> Result<()> {
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    let script = format!(
        "/** The WebAssembly module, {form}as base64. */\nexport const {name}: string =\n  \"{text}\";\n"
    );
    Ok(fs::write(file, script)?)
}
