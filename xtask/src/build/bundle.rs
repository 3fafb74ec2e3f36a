//! Compiles the TypeScript, and makes the scripts that have everything inside.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{comments, readme};
use crate::project::{npm_program, run};

/// The module's file, seen by a TypeScript program that imports it: its bundler decides what the import
/// gives.
const MODULE_TYPES: &str = "\
import type { WasmSource } from \"./index.js\";

/** The WebAssembly module as your bundler gives it, compiled or its address: `load` takes both. */
declare const module: WasmSource;
export default module;
";

/// Makes `pkg/dist`: modules that bundlers can take apart, scripts of one file, and typings for `import`
/// and for `require`.
pub fn package(root: &Path) -> Result<()> {
    let pkg = root.join("pkg");
    let dist = pkg.join("dist");
    let _ = fs::remove_dir_all(&dist);
    for project in ["tsconfig.json", "tsconfig.cjs.json"] {
        run(npm_program(root, "tsc")?
            .arg("--project")
            .arg(pkg.join(project)))?;
    }
    comments::inherit(&dist)?;
    fs::write(
        dist.join("cjs/package.json"),
        "{ \"type\": \"commonjs\" }\n",
    )?;
    for document in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&root.join(document), &pkg.join(document))?;
    }
    let manifest = fs::read_to_string(pkg.join("package.json"))?;
    for (folder, document) in [("", "README.md"), ("docs/", "errors.md")] {
        let text = fs::read_to_string(root.join(folder).join(document))?;
        let text = readme::with_addresses(&text, folder, &manifest)?;
        fs::write(pkg.join(document), text)?;
    }
    let module = "cometchat_users.wasm";
    copy(&pkg.join("src/generated").join(module), &dist.join(module))?;
    fs::write(dist.join(format!("{module}.d.ts")), MODULE_TYPES)?;
    scripts_of_one_file(root, &dist)
}

/// Makes the scripts that have everything inside: for Node, which takes longer to find a dozen files than
/// to run them, and for a page without a bundler.
fn scripts_of_one_file(root: &Path, dist: &Path) -> Result<()> {
    let banner = banner();
    let scripts: [(&str, &str, &[&str]); 3] = [
        (
            "api.js",
            "node/api.js",
            &["--platform=node", "--format=esm"],
        ),
        (
            "index.js",
            "cjs/index.js",
            &["--platform=node", "--format=cjs"],
        ),
        (
            "index.js",
            "cometchat-users.min.js",
            // A page's console shows a user under its class's name.
            &["--minify", "--keep-names", "--format=esm"],
        ),
    ];
    for (entry, made, flags) in scripts {
        run(npm_program(root, "esbuild")?
            // The scripts name the modules that they are made of, relative to this folder.
            .current_dir(dist)
            .args(["--bundle", "--target=es2022", "--log-level=warning"])
            .arg(&banner)
            .args(flags)
            .arg(format!("--outfile={made}"))
            .arg(entry))?;
    }
    // The namespace has a file of its own, since a bundler keeps everything that a namespace names.
    copy(&dist.join("index.js"), &dist.join("node/index.js"))
}

/// The first line of a script of one file, as esbuild takes it.
pub fn banner() -> String {
    format!(
        "--banner:js=/* cometchat-users {} | MIT OR Apache-2.0 */",
        env!("CARGO_PKG_VERSION")
    )
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}
