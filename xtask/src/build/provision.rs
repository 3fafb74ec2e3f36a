//! Makes `dist/provision` and the command: scripts of one file with their libraries inside, so that the package
//! depends on none. They take the client from `cometchat-users/server`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

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

/// What esbuild puts before each file of a library.
const LIBRARY: &str = "node_modules/";

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
    licences(root, dist)
}

/// Writes the licences of the libraries that the command has inside.
fn licences(root: &Path, dist: &Path) -> Result<()> {
    let command = fs::read_to_string(dist.join("command.js"))?;
    let names: BTreeSet<&str> = command
        .lines()
        .filter(|line| line.starts_with("// "))
        .filter_map(|line| line.split_once(LIBRARY))
        .map(|(_, path)| {
            let parts = if path.starts_with('@') { 2 } else { 1 };
            let end = path.match_indices('/').nth(parts - 1);
            end.map_or(path, |(at, _)| &path[..at])
        })
        .collect();
    let mut text = String::new();
    for name in names {
        let folder = root.join(LIBRARY).join(name);
        let licence = fs::read_dir(&folder)?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .find(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                name.to_lowercase().starts_with("license")
            })
            .with_context(|| format!("{} has no licence", folder.display()))?;
        let licence = fs::read_to_string(licence)?;
        text += &format!("=== {name}\n\n{}\n\n", licence.trim());
    }
    Ok(fs::write(dist.join("command.licenses.txt"), text)?)
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
