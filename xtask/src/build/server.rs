//! Makes `dist/server`: the entry for backends, with the module that knows the operations of the REST API key
//! (docs/decisions/0070-server-module.md).

use std::fs;
use std::path::Path;

use anyhow::Result;
use base64::Engine;

use super::bundle::banner;
use super::javascript::copy_scripts;
use super::module::WasmModule;
use crate::project::{npm_program, run};

/// A script of one file.
struct Script {
    made: &'static str,
    entry: &'static str,
    format: &'static str,
    /// Where it gets the module from.
    source: &'static str,
}

const SCRIPTS: [Script; 5] = [
    Script {
        made: "server/index.js",
        entry: "server/index.js",
        format: "esm",
        source: "./wasm/node.js",
    },
    Script {
        made: "cjs/server/index.js",
        entry: "server/index.js",
        format: "cjs",
        source: "./wasm/node.js",
    },
    Script {
        made: "server/workerd.js",
        entry: "server/index.js",
        format: "esm",
        source: "./server/wasm.js",
    },
    Script {
        made: "server/edge-light.js",
        entry: "server/index.js",
        format: "esm",
        source: "./server/wasm-edge-light.js",
    },
    Script {
        made: "cjs/server/browser.js",
        entry: "server/browser.js",
        format: "cjs",
        source: "./wasm/node.js",
    },
];

/// What the folder holds beside the scripts that are made here.
const KEPT: [&str; 1] = ["browser.js"];

/// Bundles the entry from a copy of the package in which the server's bindings have the place of the client's.
pub fn package(root: &Path, module: &WasmModule, dist: &Path) -> Result<()> {
    let generated = root.join(module.generated);
    let whole = root.join("target/server/package");
    let _ = fs::remove_dir_all(&whole);
    copy_scripts(dist, &whole)?;
    copy_scripts(&generated, &whole.join("generated"))?;
    let file = format!("{}.wasm", module.name);
    let bytes = fs::read(generated.join(&file))?;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    let text = format!("export const wasmBase64 = \"{text}\";\n");
    fs::write(whole.join("generated/wasm-base64.js"), text)?;

    let server = dist.join("server");
    for entry in fs::read_dir(&server)? {
        let path = entry?.path();
        let is_script = path.extension().is_some_and(|ending| ending == "js");
        if is_script && !KEPT.iter().any(|kept| path.ends_with(kept)) {
            fs::remove_file(path)?;
        }
    }
    fs::copy(generated.join(&file), server.join(&file))?;
    for script in SCRIPTS {
        let Script {
            made,
            entry,
            format,
            source,
        } = script;
        run(npm_program(root, "esbuild")?
            .current_dir(&whole)
            .args(["--bundle", "--target=es2022", "--log-level=warning"])
            .args([
                "--external:*.wasm",
                "--external:*.wasm?module",
                "--platform=neutral",
            ])
            .arg(banner())
            .arg(format!("--alias:#wasm={source}"))
            .arg(format!("--format={format}"))
            .arg(format!("--outfile={}", dist.join(made).display()))
            .arg(entry))?;
    }
    Ok(())
}
