//! From `src/` to an installable package in `pkg/`: compile, bind, shrink, embed, compile the
//! TypeScript. A step whose input has not changed is left out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use wasm_bindgen_cli_support::Bindgen;

use crate::{npm_program, run};

const TARGET: &str = "wasm32-unknown-unknown";

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

pub fn build(root: &Path) -> Result<()> {
    let compiled = compile(root)?;
    let generated = root.join("pkg/src/generated");
    if is_older(&generated.join("done"), &compiled)? {
        bind(root, &compiled, &generated)?;
    }
    typescript(root)?;
    crate::size::print(root)
}

/// Compiles the client to WebAssembly; gives the module's path.
fn compile(root: &Path) -> Result<PathBuf> {
    let sources = root.display();
    let home = std::env::var("CARGO_HOME")
        .or_else(|_| std::env::var("HOME").map(|home| home + "/.cargo"))
        .context("neither CARGO_HOME nor HOME is set")?;
    run(Command::new("cargo")
        .current_dir(root)
        .args(["build", "--lib", "--package", "cometchat-users"])
        .args(["--profile", "wasm", "--target", TARGET])
        // No path of the building machine belongs into what others download.
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            format!("--remap-path-prefix={sources}=/src\x1f--remap-path-prefix={home}=/cargo"),
        ))?;
    Ok(root
        .join("target")
        .join(TARGET)
        .join("wasm/cometchat_users.wasm"))
}

/// Makes the bindings and the small module, and writes the module once more as base64 text for
/// where a file beside the script cannot be counted on.
fn bind(root: &Path, compiled: &Path, generated: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(generated);
    fs::create_dir_all(generated)?;
    Bindgen::new()
        .input_path(compiled)
        .out_name("bindings")
        .web(true)?
        .typescript(false)
        // The loader decides where the module comes from.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(generated)?;

    guard_callbacks(&generated.join("bindings.js"))?;

    let bound = generated.join("bindings_bg.wasm");
    let small = generated.join("cometchat-users.wasm");
    run(npm_program(root, "wasm-opt")?
        .args(["-Oz", "--strip-debug", "--strip-producers"])
        .args(WASM_FEATURES)
        .arg("-o")
        .arg(&small)
        .arg(&bound))?;
    fs::remove_file(bound)?;

    let text = base64::engine::general_purpose::STANDARD.encode(fs::read(&small)?);
    fs::write(
        generated.join("wasm-base64.ts"),
        format!(
            "/** The WebAssembly module, as base64. */\nexport const wasmBase64: string =\n  \"{text}\";\n"
        ),
    )?;
    fs::write(generated.join("done"), "")?;
    Ok(())
}

/// Has every function that the module hands to JavaScript run under the package's guard. They are what
/// timers, signals and promises call; a trap in one would end a Node process before anybody could read
/// the rejection.
fn guard_callbacks(bindings: &Path) -> Result<()> {
    const MADE: &str = "    return real;\n}";
    let script = fs::read_to_string(bindings)?;
    ensure!(
        script.matches(MADE).count() == 1,
        "the bindings make their callbacks in another way"
    );
    let guarded = script.replace(MADE, "    return guarded(real);\n}");
    fs::write(
        bindings,
        format!("import {{ guarded }} from \"../crash.js\";\n{guarded}"),
    )?;
    Ok(())
}

/// Compiles the TypeScript twice, as ECMAScript modules and as CommonJS, with typings for each.
fn typescript(root: &Path) -> Result<()> {
    let pkg = root.join("pkg");
    let dist = pkg.join("dist");
    let _ = fs::remove_dir_all(&dist);
    for project in ["tsconfig.json", "tsconfig.cjs.json"] {
        run(npm_program(root, "tsc")?
            .arg("--project")
            .arg(pkg.join(project)))?;
    }
    fs::write(
        dist.join("cjs/package.json"),
        "{ \"type\": \"commonjs\" }\n",
    )?;
    // A package on its own needs what stands in the project's root.
    for document in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(root.join(document), pkg.join(document))
            .with_context(|| format!("cannot copy {document}"))?;
    }
    let module = "cometchat-users.wasm";
    fs::copy(pkg.join("src/generated").join(module), dist.join(module))
        .with_context(|| format!("cannot copy {module}"))?;
    Ok(())
}

/// Whether `made` is missing or older than what it is made of.
fn is_older(made: &Path, source: &Path) -> Result<bool> {
    let Ok(made) = fs::metadata(made) else {
        return Ok(true);
    };
    Ok(made.modified()? < fs::metadata(source)?.modified()?)
}
