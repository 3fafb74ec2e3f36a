//! Short names for what module and script name to each other only.

use std::cmp::Reverse;
use std::mem::replace;

use anyhow::{Result, ensure};
use walrus::Module;

use super::edits::IMPORTS;

const SHORT_IMPORTS: &str = "i";

struct Renamed {
    from: String,
    to: String,
    /// The script has to name it: the module cannot be loaded otherwise.
    is_needed: bool,
}

/// Renames imports and exports: the names that wasm-bindgen makes up are long, end in hashes that do not
/// compress, and are in both files. Short, they save 3 KB of the download.
pub fn shorten(script: &str, module: &mut Module) -> Result<String> {
    let mut renamed = vec![Renamed {
        from: IMPORTS.to_owned(),
        to: SHORT_IMPORTS.to_owned(),
        is_needed: true,
    }];
    let mut shorten = |name: &mut String, is_needed| {
        // What has no underscore is short already.
        if name.contains('_') {
            let to = format!("_{}", renamed.len());
            let from = replace(name, to.clone());
            renamed.push(Renamed {
                from,
                to,
                is_needed,
            });
        }
    };
    for import in module.imports.iter_mut() {
        if import.module == IMPORTS {
            import.module = SHORT_IMPORTS.to_owned();
            shorten(&mut import.name, true);
        }
    }
    for export in module.exports.iter_mut() {
        shorten(&mut export.name, false);
    }
    rename(script, renamed)
}

fn rename(script: &str, mut renamed: Vec<Renamed>) -> Result<String> {
    // The longest first: a name may be the beginning of another.
    renamed.sort_by_key(|Renamed { from, .. }| Reverse(from.len()));
    let mut script = script.to_owned();
    for Renamed {
        from,
        to,
        is_needed,
    } in &renamed
    {
        ensure!(
            !is_needed || script.contains(from),
            "the edit \"short names\" does not find `{from}` in the bindings, which the module imports: \
             adapt it in xtask/src/build/names.rs"
        );
        script = script.replace(from, to);
    }
    Ok(script)
}

#[cfg(test)]
mod tests {
    use super::{Renamed, rename};

    fn renamed(from: &str, to: &str, is_needed: bool) -> Renamed {
        let (from, to) = (from.to_owned(), to.to_owned());
        Renamed {
            from,
            to,
            is_needed,
        }
    }

    #[test]
    fn a_name_that_begins_another_leaves_it_alone() {
        let names = vec![
            renamed("__wbg_get", "_1", true),
            renamed("__wbg_get_2", "_2", true),
        ];
        let script = rename("wasm.__wbg_get(); wasm.__wbg_get_2();", names);
        assert_eq!(script.unwrap(), "wasm._1(); wasm._2();");
    }

    #[test]
    fn an_import_that_the_script_spells_in_another_way_fails_the_build_and_names_the_edit() {
        let names = |is_needed| vec![renamed("__wbg_set", "_1", is_needed)];
        let error = rename("wasm['__wbg_' + 'set']", names(true)).unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("\"short names\" does not find `__wbg_set`"),
            "{error}"
        );
        assert!(error.contains("xtask/src/build/names.rs"), "{error}");
        assert!(rename("an export need not be used", names(false)).is_ok());
    }
}
