//! What a reader of the project can rely on: files of a size that can be read, no two that import each
//! other, and plain English.

mod cycles;
mod rust;
mod script;
mod size;
mod source;
mod wording;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use source::Source;

/// What is installed, made, or none of the project's text.
const LEFT_OUT: [&str; 5] = ["node_modules", "target", "dist", ".git", "generated"];

/// Copied from the root by the build.
const COPIED: &str = "pkg/README.md";

const TEXTS: [&str; 11] = [
    "rs", "ts", "js", "mjs", "cjs", "md", "html", "css", "sh", "toml", "py",
];

/// Prints all that is wrong, and fails if anything is.
pub fn check(root: &Path) -> Result<()> {
    let mut sources = Vec::new();
    read(root, "", &mut sources)?;
    let mut imports = rust::imports(&sources)?;
    imports.extend(script::imports(&sources));
    let findings: Vec<String> = cycles::found(&imports)
        .into_iter()
        .chain(size::found(&sources))
        .chain(wording::found(&sources))
        .collect();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => bail!("the project's structure breaks a rule; see above"),
        count => bail!("the project's structure breaks {count} rules; see above"),
    }
}

fn read(root: &Path, folder: &str, sources: &mut Vec<Source>) -> Result<()> {
    let shown = root.join(folder);
    let entries =
        fs::read_dir(&shown).with_context(|| format!("cannot read {}", shown.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().display().to_string();
        let path = match folder {
            "" => name.clone(),
            _ => format!("{folder}/{name}"),
        };
        if entry.file_type()?.is_dir() {
            if !LEFT_OUT.contains(&name.as_str()) {
                read(root, &path, sources)?;
            }
            continue;
        }
        let source = Source {
            path,
            text: String::new(),
        };
        if source.path != COPIED && source.has_extension(&TEXTS) && entry.file_type()?.is_file() {
            let text = fs::read_to_string(entry.path())
                .with_context(|| format!("cannot read {}", source.path))?;
            sources.push(Source { text, ..source });
        }
    }
    Ok(())
}
