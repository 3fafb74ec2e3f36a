//! Makes the client for places without WebAssembly: the same Rust, turned into JavaScript by binaryen's
//! wasm2js (docs/decisions/0060-build-without-webassembly.md).

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use walrus::Module;

use super::bind::{Bindings, bindings};
use super::edits::{Edit, replace};
use super::memory_reads;
use super::module::{KEPT_APART, WasmModule};
use crate::project::{npm_program, run};

/// What the compiler uses and JavaScript does not have is written in other instructions.
const LOWERED: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--llvm-memory-copy-fill-lowering",
    "--llvm-nontrapping-fptoint-lowering",
    "--signext-lowering",
];

/// The place of the first value that the module owns: after 1,024 on the stack, and four constants
/// (`JSIDX_RESERVED` in wasm-bindgen).
const FIRST_OWN_VALUE: i32 = 1024 + 4;

/// The memory doubles where it is too small: as wasm2js has it, each 64 KB more are a copy of all.
const GROWTH: [(&str, &str); 4] = [
    (
        "return buffer.byteLength >> 16;",
        "return (pages ||= buffer.byteLength >> 16);",
    ),
    (
        "var newBuffer = new ArrayBuffer(newPages << 16);",
        "\
if (newPages * 65536 <= buffer.byteLength) {
pages = newPages;
return oldPages;
}
var newBuffer;
try {
newBuffer = new ArrayBuffer(Math.max(newPages * 65536, Math.min(2 * buffer.byteLength, 65535 * 65536)));
} catch {
return -1;
}
",
    ),
    ("buffer = newBuffer;", "buffer = newBuffer;\npages = newPages;"),
    ("function asmFunc(imports) {", "function asmFunc(imports) {\nvar pages = 0;"),
];

/// The package's files that have another version in `pkg/src/js`.
const OTHER_FILES: [(&str, &str); 2] = [
    ("js/codecs.js", "glue/codecs.js"),
    ("js/registry.js", "glue/registry.js"),
];

/// Writes the bindings and the core that they start.
pub fn bind(root: &Path, module: &WasmModule, compiled: &Path) -> Result<()> {
    let generated = root.join(module.generated_javascript);
    let _ = fs::remove_dir_all(&generated);
    fs::create_dir_all(&generated)?;
    // An exception that was caught takes no second place here: nothing to free.
    let edits = [
        Edit::GuardedCallbacks,
        Edit::NothingKeptUnused,
        Edit::OwnGlobals,
        Edit::OwnStart,
    ];
    let Bindings {
        mut output,
        script,
        files,
    } = bindings(module, without_features(compiled)?, &edits)?;
    fs::write(generated.join("bindings.js"), started(&script)?)?;

    let bound = generated.join("bound.wasm");
    let lowered = generated.join("lowered.wasm");
    let core = generated.join("core.js");
    fs::write(&bound, output.wasm_mut().emit_wasm())?;
    run(npm_program(root, "wasm-opt")?
        .args([KEPT_APART, "--low-memory-unused", "-Oz"])
        .args(LOWERED)
        .args(["--flatten", "--rereloop", "-Oz", "-Oz"])
        .arg("-o")
        .arg(&lowered)
        .arg(&bound))?;
    run(npm_program(root, "wasm2js")?
        .args([KEPT_APART, "-Oz", "--disable-bulk-memory", "-o"])
        .arg(&core)
        .arg(&lowered))?;
    let made = memory_reads::after_calls(&fs::read_to_string(&core)?)?;
    let made = instantiated(&made)?;
    fs::write(&core, made)?;
    // Here, where the core has nothing but names of its own.
    run(npm_program(root, "esbuild")?
        .args([
            "--minify",
            "--format=esm",
            "--allow-overwrite",
            "--log-level=warning",
        ])
        .arg(format!("--outfile={}", core.display()))
        .arg(&core))?;
    for file in files.iter().filter(|file| file.name == "exchange.js") {
        fs::write(generated.join(&file.name), in_react_native(&file.text)?)?;
    }
    Ok(())
}

/// Reads a response of React Native by `text` (`pkg/src/js/react-native.ts`).
fn in_react_native(exchange: &str) -> Result<String> {
    let exchange = replace(
        "bodies in React Native",
        exchange,
        "const whole = reader ? undefined",
        "const whole = reader || isReactNative() ? undefined",
        1,
    )?;
    Ok(format!(
        "import {{ isReactNative }} from \"../js/react-native.js\";\n{exchange}"
    ))
}

/// The module without the list of what its compiler used: from it, wasm-bindgen takes leave to use a table
/// of references, which JavaScript does not have.
fn without_features(compiled: &Path) -> Result<Vec<u8>> {
    let mut module = Module::from_file(compiled)?;
    let features = module.customs.remove_raw("target_features");
    let mut features = features.context("the compiled module does not list its features")?;
    // A list of none; without a list, wasm-bindgen warns.
    features.data = vec![0];
    module.customs.add(features);
    // Where the values that nobody frees end: wasm-bindgen fills it in only for a table of references.
    let end = module.imports.get_func(
        "__wbindgen_externref_xform__",
        "__wbindgen_externref_statics_end",
    )?;
    module.replace_imported_func(end, |(body, _)| {
        body.i32_const(FIRST_OWN_VALUE);
    })?;
    Ok(module.emit_wasm())
}

/// The bindings of a core in JavaScript.
fn started(script: &str) -> Result<String> {
    const EDIT: &str = "core in JavaScript";
    // A memory of WebAssembly is detached when it grows; one of JavaScript is another from then on.
    let script = replace(
        EDIT,
        script,
        "cachedUint8ArrayMemory0.byteLength === 0",
        "cachedUint8ArrayMemory0.buffer !== wasm.memory.buffer",
        1,
    )?;
    let script = replace(
        EDIT,
        &script,
        "cachedDataViewMemory0.buffer.detached === true || (cachedDataViewMemory0.buffer.detached === undefined && cachedDataViewMemory0.buffer !== wasm.memory.buffer)",
        "cachedDataViewMemory0.buffer !== wasm.memory.buffer",
        1,
    )?;
    Ok(script)
}

/// The core as a function that makes it; wasm2js writes a module that makes it at once.
fn instantiated(core: &str) -> Result<String> {
    const EDIT: &str = "core made on first use";
    let core = replace(
        EDIT,
        core,
        "throw new Error('abort')",
        "throw new Trap()",
        1,
    )?;
    let core = GROWTH.iter().try_fold(core, |core, (from, to)| {
        replace("memory that doubles", &core, from, to, 1)
    })?;
    // A call of a function that is not there ends the core, too.
    let core = replace(
        EDIT,
        &core,
        "var FUNCTION_TABLE = [null, ",
        "var FUNCTION_TABLE = [wasm2js_trap, ",
        1,
    )?;
    let (core, _) = core
        .split_once("\nvar retasmFunc = asmFunc({")
        .with_context(|| {
            format!("the edit \"{EDIT}\" does not find where wasm2js makes the core")
        })?;
    let (imports, core): (Vec<&str>, Vec<&str>) = core
        .lines()
        .partition(|line| line.starts_with("import * as "));
    ensure!(
        imports.len() == 2,
        "the edit \"{EDIT}\" expects the core to import 2 files, and it imports {}",
        imports.len()
    );
    Ok(format!(
        "import {{ Trap }} from \"../js/trap.js\";\n\
         export function instantiate(imports) {{\n{}\nreturn asmFunc(imports);\n}}\n",
        core.join("\n")
    ))
}

/// Makes `dist/js`: the whole package with this core, as one file each for `import` and for `require`.
pub fn package(root: &Path, module: &WasmModule, dist: &Path) -> Result<()> {
    let whole = root.join(module.generated_javascript).join("package");
    let _ = fs::remove_dir_all(&whole);
    copy_scripts(dist, &whole)?;
    for name in ["bindings.js", "core.js", "exchange.js"] {
        let made = root.join(module.generated_javascript).join(name);
        fs::copy(made, whole.join("generated").join(name))?;
    }
    for (other, file) in OTHER_FILES {
        fs::copy(whole.join(other), whole.join(file))?;
    }
    fs::write(
        whole.join("package.json"),
        "{ \"type\": \"module\", \"sideEffects\": false, \"imports\": { \"#wasm\": \"./js/source.js\", \"#core\": \"./generated/core.js\" } }\n",
    )?;
    let made = dist.join("js");
    fs::remove_dir_all(&made)?;
    for (format, folder) in [("esm", "js"), ("cjs", "cjs/js")] {
        run(npm_program(root, "esbuild")?
            .current_dir(&whole)
            .args(["--bundle", "--target=es2022", "--log-level=warning"])
            // The names are the core's own, which are short, and the package's.
            .args(["--minify-syntax", "--minify-whitespace"])
            .arg("--inject:./js/globals.js")
            .arg(format!("--format={format}"))
            .arg(super::bundle::banner())
            .arg(format!(
                "--outfile={}",
                dist.join(folder).join("index.js").display()
            ))
            .arg("index.js"))?;
    }
    Ok(())
}

/// Copies a folder's scripts.
pub fn copy_scripts(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, made) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_scripts(&path, &made)?;
        } else if path.extension().is_some_and(|ending| ending == "js") {
            fs::copy(path, made)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{in_react_native, instantiated, started};

    const CORE: &str = "\
import * as i from 'i';
import * as $_look_js from './look.js';
function asmFunc(imports) {
function wasm2js_trap() { throw new Error('abort'); }
return buffer.byteLength >> 16;
var newBuffer = new ArrayBuffer(newPages << 16);
buffer = newBuffer;
var FUNCTION_TABLE = [null, $1];
}

var retasmFunc = asmFunc({
});
export var memory = retasmFunc.memory;
";
    const BINDINGS: &str = "\
if (cachedDataViewMemory0 === null || cachedDataViewMemory0.buffer.detached === true || (cachedDataViewMemory0.buffer.detached === undefined && cachedDataViewMemory0.buffer !== wasm.memory.buffer)) {
if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0) {
";

    #[test]
    fn the_core_is_made_by_a_function_and_nothing_at_the_top() {
        let core = instantiated(CORE).unwrap();
        assert!(
            core.starts_with(
                "import { Trap } from \"../js/trap.js\";\nexport function instantiate("
            )
        );
        assert!(core.contains("throw new Trap()") && core.contains("[wasm2js_trap, $1]"));
        assert!(core.ends_with("return asmFunc(imports);\n}\n"));
        assert!(!core.contains("retasmFunc") && !core.contains("look.js"));
    }

    #[test]
    fn another_spelling_of_what_is_edited_fails_the_build_and_names_the_edit() {
        for (from, to) in [
            ("throw new Error('abort')", "throw Error('abort')"),
            ("[null, ", "[undefined, "),
            ("var retasmFunc", "const retasmFunc"),
            ("import * as i ", "import i "),
        ] {
            let error = instantiated(&CORE.replace(from, to)).unwrap_err();
            assert!(
                error.to_string().contains("\"core made on first use\""),
                "{error}"
            );
        }
        for from in ["byteLength === 0", "detached === true"] {
            let error = started(&BINDINGS.replace(from, "other")).unwrap_err();
            assert!(
                error.to_string().contains("\"core in JavaScript\""),
                "{error}"
            );
        }
        assert!(started(BINDINGS).is_ok());
        let error = in_react_native("const all = undefined").unwrap_err();
        assert!(
            error.to_string().contains("\"bodies in React Native\""),
            "{error}"
        );
    }
}
