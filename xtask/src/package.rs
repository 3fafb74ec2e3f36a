//! From `src/` to an installable package in `pkg/`: compile, bind, shrink, embed, compile the
//! TypeScript. A step whose input has not changed is left out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use walrus::{Import, ImportKind, Module, ValType};
use wasm_bindgen_cli_support::{Bindgen, Output};

use crate::{npm_program, run};

const TARGET: &str = "wasm32-unknown-unknown";
/// The name under which wasm-bindgen's module imports its script.
const IMPORTS: &str = "./bindings_bg.js";
const SHORT_IMPORTS: &str = "i";

/// The JavaScript that stands beside the Rust that calls it, in `src`.
const WITH_RUST: [&str; 2] = ["exchange.js", "look.js"];

/// Proposals that every engine of the package's floor implements (Node 20, Safari 16.4, Chrome 96,
/// Firefox 79). They are named one by one: `--all-features` lets wasm-opt emit what Node 20 does
/// not load.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-multivalue",
];

/// The compiler optimises for speed, which as it stands makes the module 1.2 KB larger, gzipped. With loops
/// left as they are, and functions inlined only where that costs little, it is no larger than one that is
/// optimised for size, and a call executes a sixth less. Up to 40 the module does not grow.
const INLINED: [&str; 2] = [
    "-Cllvm-args=--inline-threshold=40",
    "-Cllvm-args=--unroll-threshold=0",
];

/// The control flow is taken apart and put together anew between two rounds. Nothing of ours stands
/// at addresses below 1,024: the stack's end does.
const SHRINK: [&str; 9] = [
    "--low-memory-unused",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// What the module's file is to a TypeScript program that imports it: what exactly, its bundler decides.
const MODULE_TYPES: &str = "\
import type { WasmSource } from \"./index.js\";

/** The WebAssembly module as your bundler gives it, compiled or its address: `load` takes both. */
declare const module: WasmSource;
export default module;
";

pub fn build(root: &Path) -> Result<()> {
    let places = machine_places(root)?;
    let compiled = compile(root, &places)?;
    let generated = root.join("pkg/src/generated");
    let done = generated.join("done");
    // This program's own steps are an input as much as the module is.
    if is_older(&done, &compiled)? || is_older(&done, &std::env::current_exe()?)? {
        bind(root, &compiled, &generated, &places)?;
    }
    crate::protocol::write_types(&generated)?;
    typescript(root)
}

/// Compiles the client to WebAssembly; gives the module's path.
fn compile(root: &Path, places: &[MachinePlace]) -> Result<PathBuf> {
    run(Command::new("cargo")
        .current_dir(root)
        .args(["build", "--lib", "--package", "cometchat-users"])
        .args(["--profile", "wasm", "--target", TARGET])
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            [remapped_paths(places), INLINED.join("\x1f")].join("\x1f"),
        ))?;
    Ok(root
        .join("target")
        .join(TARGET)
        .join("wasm/cometchat_users.wasm"))
}

/// A folder of the building machine, and what it is called in the module.
type MachinePlace = (PathBuf, String);

/// The folders that sources come from.
fn machine_places(root: &Path) -> Result<Vec<MachinePlace>> {
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
    let compiler = |flags: &[&str]| -> Result<String> {
        let output = Command::new("rustc")
            .current_dir(root)
            .args(flags)
            .output()?;
        Ok(String::from_utf8(output.stdout)?)
    };
    let version = compiler(&["-vV"])?;
    let commit = version
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "));
    let sources = Path::new(compiler(&["--print", "sysroot"])?.trim()).join("lib/rustlib/src/rust");
    places.push((
        sources,
        format!("/rustc/{}", commit.context("rustc -vV names no commit")?),
    ));
    Ok(places)
}

/// The compiler's flags that keep the building machine's paths out of what others download: panics
/// name the file that they come from. The same sources then make the same module everywhere.
fn remapped_paths(places: &[MachinePlace]) -> String {
    let flags: Vec<String> = places
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .collect();
    flags.join("\x1f")
}

/// Makes the bindings and the small module, and writes the module once more as base64 text for
/// where a file beside the script cannot be counted on.
fn bind(root: &Path, compiled: &Path, generated: &Path, places: &[MachinePlace]) -> Result<()> {
    let _ = fs::remove_dir_all(generated);
    fs::create_dir_all(generated)?;
    let mut bindings = Bindgen::new()
        .input_path(compiled)
        .out_name("bindings")
        .web(true)?
        .typescript(false)
        // The loader decides where the module comes from.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    bindings.emit(generated)?;
    let script = generated.join("bindings.js");
    let text = with_freed_slots(&fs::read_to_string(&script)?, bindings.wasm())?;
    let text = with_deferred_codecs(&with_guarded_callbacks(&text)?)?;
    let text = without_disposal(&with_promised_turns(&text)?)?;
    let text = with_one_import_object(&text, bindings.wasm_mut())?;
    let renamed = shorten_names(&mut bindings);
    bindings.emit(generated)?;
    fs::write(&script, with_short_names(&text, &renamed))?;
    gather_snippets(generated, &script)?;

    let bound = generated.join("bindings_bg.wasm");
    let small = generated.join("cometchat_users.wasm");
    run(npm_program(root, "wasm-opt")?
        .args(SHRINK)
        .args(WASM_FEATURES)
        .arg("-o")
        .arg(&small)
        .arg(&bound))?;
    fs::remove_file(bound)?;
    ensure_no_machine_paths(&small, places)?;

    let text = base64::engine::general_purpose::STANDARD.encode(fs::read(&small)?);
    fs::write(
        generated.join("wasm-base64.ts"),
        format!(
            "/** The WebAssembly module, as base64. */\nexport const wasmBase64: string =\n  \"{text}\";\n"
        ),
    )?;
    fs::write(generated.join("done"), "")?;
    Ok(())
}

/// Renames what module and script name to each other only: the names that wasm-bindgen makes up are
/// long, end in hashes that do not compress, and stand in both. An export that the script does not
/// name goes. Gives the old names and the new.
fn shorten_names(bindings: &mut Output) -> Vec<(String, String)> {
    let script = bindings.js().to_owned();
    let module = bindings.wasm_mut();
    let unused: Vec<_> = module
        .exports
        .iter()
        .filter(|export| !script.contains(&export.name))
        .map(|export| export.id())
        .collect();
    for export in unused {
        module.exports.delete(export);
    }

    let imports = module.imports.iter_mut().map(|import| {
        import.module = SHORT_IMPORTS.to_owned();
        &mut import.name
    });
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    let mut renamed = vec![(IMPORTS.to_owned(), SHORT_IMPORTS.to_owned())];
    for name in imports.chain(exports).filter(|name| name.contains('_')) {
        let short = format!("_{}", renamed.len());
        renamed.push((std::mem::replace(name, short.clone()), short));
    }
    renamed
}

fn with_short_names(script: &str, renamed: &[(String, String)]) -> String {
    // The longest first: a name may be the beginning of another.
    let mut renamed: Vec<_> = renamed.iter().collect();
    renamed.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    renamed
        .iter()
        .fold(script.to_owned(), |script, (name, short)| {
            script.replace(name, short)
        })
}

/// Has the module import everything from one object. As generated, a function of a JavaScript file whose
/// values need no conversion is imported from that file itself: once more for each such function, under
/// one and the same key, which bundlers warn of; and the whole file stays, whatever is used of it.
fn with_one_import_object(script: &str, module: &mut Module) -> Result<String> {
    const START: &str = "    const import0 = {\n        __proto__: null,\n";
    ensure!(
        script.matches(START).count() == 1,
        "the bindings begin their imports in another way"
    );
    let mut script = script.to_owned();
    let own = |import: &&mut Import| import.module != IMPORTS;
    for (number, import) in (1..).zip(module.imports.iter_mut().filter(own)) {
        let (file, name) = (
            std::mem::replace(&mut import.module, IMPORTS.to_owned()),
            &import.name,
        );
        for (generated, plain) in [
            (
                format!("import * as import{number} from \"{file}\"\n"),
                format!("import {{ {name} }} from \"{file}\";\n"),
            ),
            (
                format!("        \"{file}\": import{number},\n"),
                String::new(),
            ),
            (START.to_owned(), format!("{START}        {name},\n")),
        ] {
            ensure!(
                script.contains(&generated),
                "the bindings import {name} in another way"
            );
            script = script.replacen(&generated, &plain, 1);
        }
    }
    Ok(script)
}

/// Puts the crate's own JavaScript beside the bindings, which have it in folders of long names.
fn gather_snippets(generated: &Path, script: &Path) -> Result<()> {
    let snippets = generated.join("snippets");
    let mut text = fs::read_to_string(script)?;
    for file in WITH_RUST {
        let [folder] = &fs::read_dir(&snippets)?.collect::<Result<Vec<_>, _>>()?[..] else {
            bail!("the bindings bring the JavaScript of more than one crate");
        };
        fs::copy(folder.path().join("src").join(file), generated.join(file))?;
        let long = format!("./snippets/{}/src/{file}", folder.file_name().display());
        ensure!(
            text.contains(&long),
            "the bindings import {file} in another way"
        );
        text = text.replace(&long, &format!("./{file}"));
    }
    fs::write(script, text)?;
    Ok(fs::remove_dir_all(snippets)?)
}

/// Keeps a caught exception from taking a slot of the module's table for ever. As generated, two are
/// taken: one for the exception, and one, by the module, for the value that the import did not return;
/// nobody frees the second (wasm-bindgen 0.2.130). Here the exception is returned, so that it takes the
/// second itself, which is the slot that was freed last.
fn with_freed_slots(script: &str, module: &Module) -> Result<String> {
    const STORED: &str = "        const idx = addToExternrefTable0(e);\n        \
                          wasm.__wbindgen_exn_store(idx);\n";
    const RETURNED: &str = "        const idx = wasm.__externref_table_alloc();\n        \
                            wasm.__externref_table_dealloc(idx);\n        \
                            wasm.__wbindgen_exn_store(idx);\n        return e;\n";
    ensure!(
        script.matches(STORED).count() == 1,
        "the bindings store exceptions in another way"
    );
    for import in module.imports.iter() {
        let ImportKind::Function(function) = import.kind else {
            continue;
        };
        let is_catching = script.contains(&format!(
            "{}: function() {{ return handleError",
            import.name
        ));
        let (_, results) = module.types.params_results(module.funcs.get(function).ty());
        ensure!(
            !is_catching || matches!(results, [ValType::Ref(_)]),
            "{} catches and returns no object: its exception would have no slot",
            import.name
        );
    }
    Ok(script.replace(STORED, RETURNED))
}

/// Has every function that the module hands to JavaScript run under the package's guard. They are what
/// timers, signals, promises and the garbage collector call; a trap in one would end a Node process
/// before anybody could read the rejection.
fn with_guarded_callbacks(script: &str) -> Result<String> {
    let mut script = script.to_owned();
    for (made, guarded) in [
        (
            "    const real = (...args) => {",
            "    const real = guarded((...args) => {",
        ),
        (
            "    };\n    real._wbg_cb_unref = ",
            "    });\n    real._wbg_cb_unref = ",
        ),
    ] {
        ensure!(
            script.matches(made).count() == 1,
            "the bindings make their callbacks in another way"
        );
        script = script.replace(made, guarded);
    }
    const COLLECTED: &str = "new FinalizationRegistry(";
    let lines = script.lines().map(|line| match line.split_once(COLLECTED) {
        Some((start, callback)) if callback.ends_with(");") => {
            let callback = callback.strip_suffix(");").unwrap_or(callback);
            format!("{start}/* @__PURE__ */ {COLLECTED}/* @__PURE__ */ guarded({callback}));\n")
        }
        _ => format!("{line}\n"),
    });
    let script: String = lines.collect();
    Ok(format!(
        "import {{ guarded }} from \"../crash.js\";\n{script}"
    ))
}

/// Takes out what keeps the class of the bindings in the bundle of a program that uses none of it: a method for
/// `using`, which the package does not give on.
fn without_disposal(script: &str) -> Result<String> {
    const DISPOSAL: &str =
        "if (Symbol.dispose) Core.prototype[Symbol.dispose] = Core.prototype.free;\n";
    ensure!(
        script.matches(DISPOSAL).count() == 1,
        "the bindings make their class disposable in another way"
    );
    Ok(script.replace(DISPOSAL, ""))
}

/// Makes the text codecs on their first use: importing the package then asks for no global, and a realm
/// that has no codecs (jsdom below 27, and so Jest) can at least import it.
fn with_deferred_codecs(script: &str) -> Result<String> {
    let mut script = script.to_owned();
    // Every engine of the package's floor has encodeInto.
    let start = script.find("if (!('encodeInto' in");
    let start = start.context("the bindings' substitute for encodeInto is gone")?;
    let length = script[start..].find("\n}\n").context("it has no end")? + 3;
    script.replace_range(start..start + length, "");
    for (made, deferred, count) in [
        (
            "const cachedTextEncoder = new TextEncoder();",
            "let cachedTextEncoder;",
            1,
        ),
        (
            "cachedTextEncoder.encode",
            "(cachedTextEncoder ??= new TextEncoder()).encode",
            2,
        ),
        (
            "let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });\n\
             cachedTextDecoder.decode();\n",
            "let cachedTextDecoder;\n",
            1,
        ),
        (
            "if (numBytesDecoded >= ",
            "if (!cachedTextDecoder || numBytesDecoded >= ",
            1,
        ),
    ] {
        ensure!(
            script.matches(made).count() == count,
            "the bindings make their text codecs in another way"
        );
        script = script.replace(made, deferred);
    }
    Ok(script)
}

/// Has the module take its turns by a promise. Node's `queueMicrotask` costs more than one, and test runners
/// that stop the clock (Jest's and Sinon's fake timers) stop it, too: with a stub in `fetch`'s place a call
/// would stand still.
fn with_promised_turns(script: &str) -> Result<String> {
    const QUEUED: &str = "            queueMicrotask(arg0);\n";
    ensure!(
        script.matches(QUEUED).count() == 1,
        "the bindings queue their work in another way"
    );
    Ok(script.replace(QUEUED, "            Promise.resolve().then(arg0);\n"))
}

/// Fails when the module names a place on the machine that built it.
fn ensure_no_machine_paths(module: &Path, places: &[MachinePlace]) -> Result<()> {
    let bytes = fs::read(module)?;
    let renamed = places.iter().filter(|(from, to)| from != Path::new(to));
    let home = std::env::home_dir().filter(|home| home.parent().is_some());
    // With the separator at its end: a folder, and no other whose name begins like it.
    let folders = renamed.map(|(from, _)| from.clone()).chain(home);
    let folders = folders.map(|folder| folder.join("").display().to_string());
    let usual = ["/home/", "/Users/", "\\Users\\", ".cargo", ".rustup"].map(str::to_owned);
    for trace in folders.chain(usual) {
        let is_there = bytes
            .windows(trace.len())
            .any(|window| window == trace.as_bytes());
        ensure!(
            !is_there,
            "the module holds a path of this machine: {trace}"
        );
    }
    Ok(())
}

/// Compiles the TypeScript: the modules that bundlers take apart, and typings for `import` and for `require`.
fn typescript(root: &Path) -> Result<()> {
    let pkg = root.join("pkg");
    let dist = pkg.join("dist");
    let _ = fs::remove_dir_all(&dist);
    for project in ["tsconfig.json", "tsconfig.cjs.json"] {
        run(npm_program(root, "tsc")?
            .arg("--project")
            .arg(pkg.join(project)))?;
    }
    fs::write(
        dist.join("cjs/package.json"),
        "{ \"type\": \"commonjs\" }\n",
    )?;
    // A package on its own needs what stands in the project's root.
    for document in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(root.join(document), pkg.join(document))
            .with_context(|| format!("cannot copy {document}"))?;
    }
    let module = "cometchat_users.wasm";
    fs::copy(pkg.join("src/generated").join(module), dist.join(module))
        .with_context(|| format!("cannot copy {module}"))?;
    fs::write(dist.join(format!("{module}.d.ts")), MODULE_TYPES)?;
    scripts_of_one_file(root, &dist)
}

/// Makes the scripts that have everything inside: for Node, which takes longer to find a dozen files than to
/// run them, and for a page without a bundler.
fn scripts_of_one_file(root: &Path, dist: &Path) -> Result<()> {
    let banner = format!(
        "--banner:js=/* cometchat-users {} | MIT OR Apache-2.0 */",
        env!("CARGO_PKG_VERSION")
    );
    let scripts: [(&str, &str, &[&str]); 3] = [
        (
            "api.js",
            "node/api.js",
            &["--platform=node", "--format=esm"],
        ),
        (
            "index.js",
            "cjs/index.js",
            &["--platform=node", "--format=cjs"],
        ),
        (
            "inline.js",
            "cometchat-users.min.js",
            // What a page's console shows of a user begins with its class's name.
            &["--minify", "--keep-names", "--format=esm"],
        ),
    ];
    for (entry, made, flags) in scripts {
        run(npm_program(root, "esbuild")?
            // The scripts name the modules that they are made of: from here.
            .current_dir(dist)
            .args(["--bundle", "--target=es2022", "--log-level=warning"])
            .arg(&banner)
            .args(flags)
            .arg(format!("--outfile={made}"))
            .arg(entry))?;
    }
    // The namespace stands in a file of its own, since a bundler keeps what it names.
    fs::copy(dist.join("index.js"), dist.join("node/index.js"))?;
    Ok(())
}

/// Whether `made` is missing or older than what it is made of.
fn is_older(made: &Path, source: &Path) -> Result<bool> {
    let Ok(made) = fs::metadata(made) else {
        return Ok(true);
    };
    Ok(made.modified()? < fs::metadata(source)?.modified()?)
}
