//! What is changed in the generated bindings, and why (docs/decisions/0030-edits-of-the-bindings.md). Each
//! edit knows how many places it has to find. Where wasm-bindgen writes them in another way, the build
//! fails and names the edit.

use anyhow::{Result, ensure};
use walrus::{ImportKind, Module, ValType};

/// The name under which wasm-bindgen's module imports its script.
pub const IMPORTS: &str = "./bindings_bg.js";

/// The package's own versions of what the bindings use, by file. They are imported under the names of the
/// globals, and so take their place without a change of the text.
const SHADOWED: [(&str, &[&str]); 3] = [
    ("../glue/codecs.js", &["TextDecoder", "TextEncoder"]),
    ("../glue/registry.js", &["FinalizationRegistry"]),
    ("../glue/turns.js", &["queueMicrotask"]),
];

/// How the bindings offer to load the module, trying what no place needs, in every page.
const STARTED: &str = "export { initSync, __wbg_init as default };";

/// A change of the bindings.
#[derive(Debug, Clone, Copy)]
pub enum Edit {
    FreedSlots,
    GuardedCallbacks,
    NothingKeptUnused,
    OwnGlobals,
    OwnStart,
}

/// Makes these edits, one after the other.
pub fn apply(script: &str, module: &Module, edits: &[Edit]) -> Result<String> {
    edits.iter().try_fold(script.to_owned(), |script, edit| {
        edit.apply(&script, module)
    })
}

impl Edit {
    fn apply(self, script: &str, module: &Module) -> Result<String> {
        match self {
            Edit::FreedSlots => {
                let catching = catching_imports(script)?;
                let objects: Vec<&str> = catching
                    .into_iter()
                    .filter(|name| gives_an_object(module, name))
                    .collect();
                with_freed_slots(script, &objects)
            }
            Edit::GuardedCallbacks => with_guarded_callbacks(script),
            Edit::NothingKeptUnused => with_nothing_kept_unused(script),
            Edit::OwnGlobals => with_own_globals(script),
            // The package makes the instance (`pkg/src/wasm`).
            Edit::OwnStart => replace(
                "own start",
                script,
                STARTED,
                "export { __wbg_get_imports as imports, __wbg_finalize_init as start };",
                1,
            ),
        }
    }
}

/// Replaces a text that has to be there so many times.
pub fn replace(edit: &str, script: &str, from: &str, to: &str, expected: usize) -> Result<String> {
    let count = script.matches(from).count();
    ensure!(
        count == expected,
        "the edit \"{edit}\" of the bindings expects `{}` {expected} times and finds it {count} times: \
         look how wasm-bindgen writes it now, and adapt the edit in xtask/src/build",
        from.trim()
    );
    Ok(script.replace(from, to))
}

/// Has each function that the module gives to JavaScript run under the package's guard: timers, signals and
/// promises call them, and a trap there would end a Node process (`pkg/src/crash.ts`).
fn with_guarded_callbacks(script: &str) -> Result<String> {
    const EDIT: &str = "guarded callbacks";
    // One maker for closures that change what they hold, and one for those that do not.
    let count = |text| script.matches(text).count();
    let makers = count("function makeMutClosure(") + count("function makeClosure(");
    ensure!(
        makers > 0,
        "the edit \"{EDIT}\" finds no function that makes callbacks: adapt it in xtask/src/build/edits.rs"
    );
    // What has this method is a callback.
    replace(
        EDIT,
        script,
        "._wbg_cb_unref = ",
        "._wbg_cb_unref = ",
        makers,
    )?;
    let script = replace(
        EDIT,
        script,
        "return real;\n",
        "return guarded(real);\n",
        makers,
    )?;
    Ok(format!(
        "import {{ guarded }} from \"../crash.js\";\n{script}"
    ))
}

/// Puts the package's own versions in the place of globals.
fn with_own_globals(script: &str) -> Result<String> {
    let mut imports = String::new();
    for (file, names) in SHADOWED {
        for name in names {
            // A property of that name would be another function, and a mention in quotes is none.
            let used = |before: &str| script.contains(&format!("{before}{name}("));
            ensure!(
                (used("new ") || used("\n")) && !used("."),
                "the edit \"own globals\" expects the bindings to call `{name}` as a global, and they do \
                 not: take it out of SHADOWED in xtask/src/build/edits.rs, or adapt the edit"
            );
        }
        imports += &format!("import {{ {} }} from \"{file}\";\n", names.join(", "));
    }
    Ok(imports + script)
}

/// Takes out what a bundler would have to keep in a program that only uses the package's classes: statements
/// at the top, and objects that are made there (`pkg/src/glue` makes them without an effect).
fn with_nothing_kept_unused(script: &str) -> Result<String> {
    const EDIT: &str = "nothing kept unused";
    // Once at the top, and once where a decoder is made anew; ours needs neither.
    let decoded = "cachedTextDecoder.decode();\n";
    let mut script = replace(EDIT, script, decoded, "", 2)?;
    // Each class can be freed by `using`, which the package does not offer.
    let classes = script.matches("\nfree() {\n").count();
    let disposal = "\nif (Symbol.dispose) ";
    script = replace(
        EDIT,
        &script,
        disposal,
        "\n// if (Symbol.dispose) ",
        classes,
    )?;
    for name in ["TextDecoder", "TextEncoder", "FinalizationRegistry"] {
        let made = format!("new {name}(");
        let count = script.matches(&made).count().max(1);
        script = replace(
            EDIT,
            &script,
            &made,
            &format!("/* @__PURE__ */ {made}"),
            count,
        )?;
    }
    Ok(script)
}

/// The imports that catch what their function throws.
fn catching_imports(script: &str) -> Result<Vec<&str>> {
    const CATCHING: &str = ": function() { return handleError(";
    let lines = script.lines();
    let found: Vec<&str> = lines
        .filter_map(|line| line.split_once(CATCHING))
        .map(|(name, _)| name)
        .collect();
    let calls = script.matches("handleError(").count();
    // The function's own declaration is one more.
    let expected = found.len() + script.matches("function handleError(").count();
    ensure!(
        calls == expected,
        "the edit \"freed slots\" recognises {} of the imports that catch exceptions, and the bindings name \
         `handleError` {calls} times: adapt it in xtask/src/build/edits.rs",
        found.len()
    );
    Ok(found)
}

fn gives_an_object(module: &Module, name: &str) -> bool {
    module.imports.iter().any(|import| match import.kind {
        ImportKind::Function(function) if import.name == name => {
            let (_, results) = module.types.params_results(module.funcs.get(function).ty());
            matches!(results, [ValType::Ref(_)])
        }
        _ => false,
    })
}

/// Keeps a caught exception from occupying a slot of the module's table after it was handled: what a
/// catching import returns that gives an object, the module puts into a slot, and it never frees the slot
/// after an exception (`pkg/src/glue/slots.ts`).
fn with_freed_slots(script: &str, catching_objects: &[&str]) -> Result<String> {
    const EDIT: &str = "freed slots";
    // How an exception is stored is what the edit relies on.
    let stores = usize::from(script.contains("function handleError("));
    let stored = "const idx = addToExternrefTable0(e);\nwasm.__wbindgen_exn_store(idx);\n";
    replace(EDIT, script, stored, stored, stores)?;
    if catching_objects.is_empty() {
        return Ok(script.to_owned());
    }
    let mut script = script.to_owned();
    for name in catching_objects {
        let line = |handler| format!("\n{name}: function() {{ return {handler}(");
        script = replace(EDIT, &script, &line("handleError"), &line("returnError"), 1)?;
    }
    script += "\
function returnError(f, args) {
try {
return f.apply(this, args);
} catch (e) {
return returned(e, wasm.__externref_table_alloc, wasm.__externref_table_dealloc, wasm.__wbindgen_exn_store);
}
}
";
    Ok(format!(
        "import {{ returned }} from \"../glue/slots.js\";\n{script}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLBACKS: &str = "\
function makeMutClosure(arg0, arg1, f) {
const real = (...args) => {
};
real._wbg_cb_unref = () => {
};
return real;
}
";
    const CATCHING: &str = "\
const import0 = {
__wbg_get_1: function() { return handleError(function (arg0) {
}, arguments); },
__wbg_set_2: function() { return handleError(function (arg0) {
}, arguments); },
};
function handleError(f, args) {
try {
return f.apply(this, args);
} catch (e) {
const idx = addToExternrefTable0(e);
wasm.__wbindgen_exn_store(idx);
}
}
";
    const GLOBALS: &str = "\
const ret = arg0.queueMicrotask;
queueMicrotask(arg0);
const A = new FinalizationRegistry(state => 1);
const B = new FinalizationRegistry(state => 1);
let C = new TextDecoder('utf-8');
const D = new TextEncoder();
";

    /// An edit fails, and its message names it and the file to change.
    fn assert_fails(edit: &str, result: Result<impl std::fmt::Debug>) {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(&format!("\"{edit}\"")), "{error}");
        assert!(error.contains("xtask/src/build"), "{error}");
    }

    #[test]
    fn every_callback_is_guarded_whichever_of_the_two_functions_makes_it() {
        let guarded = with_guarded_callbacks(CALLBACKS).unwrap();
        assert_eq!(guarded.matches("return guarded(real);").count(), 1);
        let two = CALLBACKS.to_owned() + &CALLBACKS.replace("makeMutClosure", "makeClosure");
        let guarded = with_guarded_callbacks(&two).unwrap();
        assert_eq!(guarded.matches("return guarded(real);").count(), 2);
        assert!(!guarded.contains("return real;"));
    }

    #[test]
    fn a_callback_that_is_made_in_another_way_fails_the_build() {
        for (from, to) in [
            ("return real;", "return callback;"),
            ("makeMutClosure", "makeCallback"),
            ("real._wbg_cb_unref", "real.unref"),
        ] {
            assert_fails(
                "guarded callbacks",
                with_guarded_callbacks(&CALLBACKS.replace(from, to)),
            );
        }
        let another =
            CALLBACKS.to_owned() + &CALLBACKS.replace("makeMutClosure", "makeOnceClosure");
        assert_fails("guarded callbacks", with_guarded_callbacks(&another));
    }

    #[test]
    fn globals_are_shadowed_by_imports() {
        let script = with_own_globals(GLOBALS).unwrap();
        assert!(script.ends_with(GLOBALS));
        assert!(
            script.starts_with("import { TextDecoder, TextEncoder } from \"../glue/codecs.js\";\n")
        );
    }

    #[test]
    fn a_global_that_is_reached_in_another_way_fails_the_build() {
        for (from, to) in [
            (
                "new FinalizationRegistry",
                "new globalThis.FinalizationRegistry",
            ),
            ("new TextDecoder", "new self.TextDecoder"),
            ("\nqueueMicrotask(", "\nglobalThis.queueMicrotask("),
            ("const D = new TextEncoder();\n", ""),
        ] {
            assert_fails("own globals", with_own_globals(&GLOBALS.replace(from, to)));
            // One of two in another way is enough.
            assert_fails(
                "own globals",
                with_own_globals(&GLOBALS.replacen(from, to, 1)),
            );
        }
    }

    const KEPT: &str = "\
export class Core {
free() {
}
}
if (Symbol.dispose) Core.prototype[Symbol.dispose] = Core.prototype.free;
const A = (typeof FinalizationRegistry === 'undefined')
? {}
: new FinalizationRegistry(state => 1);
let cachedTextDecoder = new TextDecoder('utf-8');
cachedTextDecoder.decode();
const cachedTextEncoder = new TextEncoder();
function decodeText(bytes) {
cachedTextDecoder = new TextDecoder('utf-8');
cachedTextDecoder.decode();
}
";

    #[test]
    fn nothing_at_the_top_has_an_effect() {
        let script = with_nothing_kept_unused(KEPT).unwrap();
        assert_eq!(script.matches("/* @__PURE__ */ new ").count(), 4);
        assert_eq!(script.matches("decode();").count(), 0);
        let disposal = script.lines().find(|line| line.contains("Symbol.dispose"));
        assert!(disposal.unwrap().starts_with("//"));
    }

    #[test]
    fn another_spelling_of_what_has_an_effect_fails_the_build() {
        for (from, to) in [
            ("if (Symbol.dispose)", "if (Symbol?.dispose)"),
            (
                "cachedTextDecoder.decode();",
                "cachedTextDecoder.decode(null);",
            ),
            ("new TextEncoder()", "Reflect.construct(TextEncoder, [])"),
            ("free() {", "free = () => {"),
        ] {
            let changed = KEPT.replacen(from, to, 1);
            assert_fails("nothing kept unused", with_nothing_kept_unused(&changed));
        }
    }

    #[test]
    fn an_import_that_gives_an_object_returns_what_it_caught_and_others_do_not() {
        assert_eq!(
            catching_imports(CATCHING).unwrap(),
            ["__wbg_get_1", "__wbg_set_2"]
        );
        let script = with_freed_slots(CATCHING, &["__wbg_get_1"]).unwrap();
        assert!(script.contains("__wbg_get_1: function() { return returnError("));
        assert!(script.contains("__wbg_set_2: function() { return handleError("));
        assert!(script.contains("function returnError("));
        let none = with_freed_slots("no imports that catch\n", &[]).unwrap();
        assert_eq!(none, "no imports that catch\n");
    }

    #[test]
    fn an_import_that_catches_in_another_way_fails_the_build() {
        for (from, to) in [
            (
                "_get_1: function() { return handleError(",
                "_get_1: (...args) => handleError(",
            ),
            ("_get_1: function() { return", "_get_1() { return"),
        ] {
            assert_fails("freed slots", catching_imports(&CATCHING.replace(from, to)));
        }
        for (from, to) in [
            ("addToExternrefTable0(e)", "addHeapObject(e)"),
            ("wasm.__wbindgen_exn_store(idx)", "store(idx)"),
        ] {
            let changed = CATCHING.replace(from, to);
            assert_fails("freed slots", with_freed_slots(&changed, &["__wbg_get_1"]));
        }
        assert_fails(
            "freed slots",
            with_freed_slots(CATCHING, &["__wbg_other_3"]),
        );
    }
}
