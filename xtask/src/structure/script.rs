//! Which files of the package's TypeScript import which.

use std::collections::BTreeSet;

use super::cycles::Imports;
use super::source::Source;

const FOLDER: &str = "pkg/src/";

/// The imports between files of `pkg/src`, those of mere types among them.
pub fn imports(sources: &[Source]) -> Imports {
    let files: Vec<&Source> = sources
        .iter()
        .filter(|source| source.path.starts_with(FOLDER))
        .collect();
    let known: BTreeSet<&str> = files.iter().map(|source| source.path.as_str()).collect();
    let of_file = |source: &Source| -> BTreeSet<String> {
        named_files(&source.text)
            .map(|name| resolved(&source.path, name))
            .flat_map(|path| [path.replace(".js", ".ts"), path])
            .filter(|path| known.contains(path.as_str()))
            .collect()
    };
    files
        .iter()
        .map(|source| (source.path.clone(), of_file(source)))
        .collect()
}

/// What a script imports by a relative path: `from "./a.js"`, `import "./a.js"`, `import("./a.js")`.
fn named_files(text: &str) -> impl Iterator<Item = &str> {
    ["from \"", "import \"", "import(\""]
        .into_iter()
        .flat_map(|start| text.split(start).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .filter(|name| name.starts_with('.'))
}

fn resolved(file: &str, name: &str) -> String {
    let mut folders: Vec<&str> = file.split('/').collect();
    folders.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => {
                folders.pop();
            }
            part => folders.push(part),
        }
    }
    folders.join("/")
}

#[cfg(test)]
mod tests {
    use super::super::cycles::found;
    use super::super::source::source;
    use super::imports;

    #[test]
    fn a_cycle_is_found_whichever_way_a_file_is_imported() {
        for import in [
            "import { b } from \"../glue/b.js\";",
            "import type { B } from \"../glue/b.js\";",
            "export * from \"../glue/b.js\";",
            "import \"../glue/b.js\";",
            "const b = await import(\"../glue/b.js\");",
        ] {
            let files = [
                source("pkg/src/wasm/a.ts", import),
                source("pkg/src/glue/b.ts", "import { a } from \"../wasm/a.js\";"),
            ];
            let way = "cycle: pkg/src/glue/b.ts → pkg/src/wasm/a.ts → pkg/src/glue/b.ts";
            assert_eq!(found(&imports(&files)), [way], "{import}");
        }
    }

    #[test]
    fn packages_and_files_elsewhere_are_no_cycle() {
        let files = [
            source(
                "pkg/src/a.ts",
                "import \"./b.js\"; import \"cometchat-users\";",
            ),
            source("pkg/src/b.ts", "import { c } from \"#wasm\";"),
            source("www/src/b.ts", "import \"./a.js\";"),
        ];
        assert!(found(&imports(&files)).is_empty());
    }
}
