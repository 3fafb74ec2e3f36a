//! Makes `dist/provision` and the command: scripts of one file with their libraries inside, so that the package
//! depends on none. They take the client from `cometchat-users/server`.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::bundle::banner;
use crate::project::{npm_program, run};

/// Entry, script and flags.
const SCRIPTS: [(&str, &str, &[&str]); 3] = [
    (
        "provision/index.ts",
        "provision/index.js",
        &["--format=esm"],
    ),
    (
        "provision/index.ts",
        "cjs/provision/index.js",
        &["--format=cjs"],
    ),
    ("command/main.ts", "command.js", &["--format=esm"]),
];

/// Checks the types against the typings that the other entries have, and bundles.
pub fn package(root: &Path, dist: &Path) -> Result<()> {
    run(npm_program(root, "tsc")?
        .arg("--project")
        .arg(root.join("pkg/tsconfig.provision.json")))?;
    // Nobody imports the command.
    fs::remove_dir_all(dist.join("command"))?;
    let cjs = dist.join("cjs/provision");
    fs::create_dir_all(&cjs)?;
    for entry in fs::read_dir(dist.join("provision"))? {
        let path = entry?.path();
        fs::copy(&path, cjs.join(path.file_name().unwrap_or_default()))?;
    }
    let version = env!("CARGO_PKG_VERSION");
    for (entry, made, flags) in SCRIPTS {
        run(npm_program(root, "esbuild")?
            .current_dir(root.join("pkg/src"))
            .args(["--bundle", "--target=es2022", "--log-level=warning"])
            .args(["--platform=node", "--external:cometchat-users/server"])
            .arg(format!("--define:VERSION=\"{version}\""))
            .args(flags)
            .arg(if made == "command.js" {
                command_banner()
            } else {
                banner()
            })
            .arg(format!("--outfile={}", dist.join(made).display()))
            .arg(entry))?;
    }
    Ok(())
}

/// The first lines of the command: how a shell starts it, and `require` for its libraries, which are CommonJS.
fn command_banner() -> String {
    let lines = [
        "import { createRequire } from \"node:module\";",
        "const require = createRequire(import.meta.url);",
    ];
    let banner = banner().replace("--banner:js=", "--banner:js=#!/usr/bin/env node\n");
    format!("{banner}\n{}", lines.join("\n"))
}
