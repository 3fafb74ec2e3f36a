//! The weight of the package for a web page: the module, and the script that a bundler makes of
//! the three functions, each gzipped as a web server does.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{npm_program, run};

/// What a web page imports.
const PAGE: &str = "export { init, createUser, updateUser, updateCurrentUserDetails } \
                    from \"../pkg/dist/index.js\";\n";

pub fn print(root: &Path) -> Result<()> {
    let target = root.join("target");
    let (entry, script) = (target.join("size-page.js"), target.join("size-page.min.js"));
    fs::write(&entry, PAGE)?;
    run(npm_program(root, "esbuild")?
        .args([
            "--bundle",
            "--minify",
            "--format=esm",
            "--log-level=warning",
        ])
        .arg(format!("--outfile={}", script.display()))
        .arg(&entry))?;

    let script = gzipped(&script)?;
    let module = gzipped(&root.join("pkg/dist/cometchat_users.wasm"))?;
    println!("script {script:>6} bytes gzipped");
    println!("module {module:>6} bytes gzipped");
    println!("total  {:>6} bytes gzipped", script + module);
    Ok(())
}

fn gzipped(path: &Path) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&fs::read(path)?)?;
    Ok(encoder.finish()?.len())
}
