//! Keeps the paths of the building machine out of the module that others download.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// A folder of the building machine, and its name in the module.
pub type MachinePlace = (PathBuf, String);

/// The folders that sources come from.
pub fn of_this_machine(root: &Path) -> Result<Vec<MachinePlace>> {
    let home = std::env::var("CARGO_HOME")
        .or_else(|_| std::env::var("HOME").map(|home| home + "/.cargo"))
        .context("neither CARGO_HOME nor HOME is set")?;
    // A directory below the registry is named by a hash of the registry's address.
    let registry = Path::new(&home).join("registry/src");
    let mut places = vec![
        (root.to_owned(), "/src".to_owned()),
        (home.into(), "/cargo".to_owned()),
    ];
    for index in fs::read_dir(registry).into_iter().flatten().flatten() {
        places.push((index.path(), "/crates".to_owned()));
    }
    // Where the standard library's sources are installed, the compiler names them instead of these.
    let version = rustc(root, &["-vV"])?;
    let commit = version
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "))
        .context("`rustc -vV` names no commit")?;
    let sysroot = rustc(root, &["--print", "sysroot"])?;
    let sources = Path::new(sysroot.trim()).join("lib/rustlib/src/rust");
    places.push((sources, format!("/rustc/{commit}")));
    Ok(places)
}

fn rustc(root: &Path, flags: &[&str]) -> Result<String> {
    let output = Command::new("rustc")
        .current_dir(root)
        .args(flags)
        .output()
        .context("cannot start rustc")?;
    Ok(String::from_utf8(output.stdout)?)
}

/// Fails when the module contains a path of the machine that built it.
pub fn ensure_none_in(module: &Path, places: &[MachinePlace]) -> Result<()> {
    let bytes = fs::read(module)?;
    let renamed = places.iter().filter(|(from, to)| from != Path::new(to));
    let home = std::env::home_dir().filter(|home| home.parent().is_some());
    // With a separator at the end: the folder, and no other whose name begins like it.
    let folders = renamed.map(|(from, _)| from.clone()).chain(home);
    let folders = folders.map(|folder| folder.join("").display().to_string());
    let usual = ["/home/", "/Users/", "\\Users\\", ".cargo", ".rustup"].map(str::to_owned);
    for trace in folders.chain(usual) {
        let is_there = bytes
            .windows(trace.len())
            .any(|window| window == trace.as_bytes());
        ensure!(
            !is_there,
            "the module contains a path of this machine: {trace}"
        );
    }
    Ok(())
}
