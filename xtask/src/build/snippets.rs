//! The JavaScript files that a crate brings along (`module = "/src/….js"`, `inline_js`): they are put
//! beside the bindings, and imported once.

use std::collections::HashSet;

use anyhow::{Result, ensure};
use walrus::Module;
use wasm_bindgen_cli_support::Output;

use super::edits::{IMPORTS, replace};

/// A JavaScript file of a crate.
pub struct Snippet {
    /// The path that wasm-bindgen gives it: folders of long names, with a hash.
    path: String,
    pub name: String,
    pub text: String,
}

/// The files that the bindings import.
pub fn files(output: &Output) -> Result<Vec<Snippet>> {
    let modules = output
        .local_modules()
        .iter()
        .map(|(path, text)| (path.clone(), text));
    let inline = output.snippets().iter().flat_map(|(of, texts)| {
        let path = move |at| format!("{of}/inline{at}.js");
        texts
            .iter()
            .enumerate()
            .map(move |(at, text)| (path(at), text))
    });
    let mut files = Vec::new();
    let mut names = HashSet::new();
    for (path, text) in modules.chain(inline) {
        let path = format!("./snippets/{path}");
        if !output.js().contains(&path) {
            continue;
        }
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        ensure!(
            names.insert(name.clone()),
            "two JavaScript files beside the Rust are named {name}: rename one, both are put into pkg/src/generated"
        );
        let text = text.clone();
        files.push(Snippet { path, name, text });
    }
    Ok(files)
}

/// Has script and module import the files from where they are put.
pub fn beside_the_script(script: String, module: &mut Module, files: &[Snippet]) -> Result<String> {
    let mut script = script;
    for Snippet { path, name, .. } in files {
        let count = script.matches(path.as_str()).count();
        script = replace(
            "file beside the bindings",
            &script,
            path,
            &format!("./{name}"),
            count,
        )?;
        for import in module.imports.iter_mut() {
            if import.module == *path {
                import.module = format!("./{name}");
            }
        }
    }
    let of_files = module
        .imports
        .iter()
        .filter(|import| import.module != IMPORTS);
    with_each_file_once(&script, of_files.count())
}

/// A function of a file whose values need no conversion is imported by the module itself. For each such
/// function wasm-bindgen imports the file again, and lists it again under one and the same key, which
/// bundlers warn of (docs/upstream/duplicate-imports.md).
fn with_each_file_once(script: &str, imported: usize) -> Result<String> {
    const EDIT: &str = "files imported once";
    const START: &str = "import * as import";
    let mut known = HashSet::new();
    let mut script = script.to_owned();
    let lines: Vec<String> = script.lines().map(str::to_owned).collect();
    let imports = lines.iter().filter(|line| line.starts_with(START));
    ensure!(
        imports.clone().count() == imported,
        "the edit \"{EDIT}\" found {} lines that begin with `{START}`, and the module imports {imported} \
         functions of files: adapt it in xtask/src/build/snippets.rs",
        imports.count()
    );
    for line in imports {
        let Some((name, file)) = line["import * as ".len()..].split_once(" from ") else {
            continue;
        };
        if !known.insert(file) {
            script = replace(EDIT, &script, &format!("{line}\n"), "", 1)?;
            script = replace(EDIT, &script, &format!("{file}: {name},\n"), "", 1)?;
        }
    }
    Ok(script)
}

#[cfg(test)]
mod tests {
    use super::with_each_file_once;

    const TWICE: &str = "\
import * as import1 from \"./look.js\"
import * as import2 from \"./look.js\"
import * as import3 from \"./exchange.js\"
return {
\"./look.js\": import1,
\"./look.js\": import2,
\"./exchange.js\": import3,
};
";

    #[test]
    fn a_file_that_several_functions_come_from_is_imported_once() {
        let once = with_each_file_once(TWICE, 3).unwrap();
        assert_eq!(once.matches("\"./look.js\"").count(), 2);
        assert_eq!(once.matches("import2").count(), 0);
        assert_eq!(once.matches("import3").count(), 2);
        assert_eq!(with_each_file_once("no files\n", 0).unwrap(), "no files\n");
    }

    #[test]
    fn another_spelling_of_the_imports_fails_the_build_and_names_the_edit() {
        let lines = TWICE.replace("import * as import", "import * as file");
        let entries = TWICE.replace("\": import", "\" : import");
        for (text, imported) in [(lines.as_str(), 3), (entries.as_str(), 3), (TWICE, 2)] {
            let error = with_each_file_once(text, imported).unwrap_err().to_string();
            assert!(error.contains("\"files imported once\""), "{error}");
            assert!(error.contains("xtask/src/build"), "{error}");
        }
    }
}
