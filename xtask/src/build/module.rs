//! What is built: the client's module and the emulator's, each with the JavaScript around it.

use super::edits::Edit;

/// A WebAssembly module, and how it is made.
pub struct WasmModule {
    /// The crate.
    pub package: &'static str,
    /// The cargo profile.
    pub profile: &'static str,
    /// More flags for the compiler.
    pub flags: &'static [&'static str],
    /// What wasm-opt does.
    pub shrink: &'static [&'static str],
    /// The folder for the bindings and the module, from the project's root.
    pub generated: &'static str,
    /// The folder for the same in JavaScript; empty where none is made.
    pub generated_javascript: &'static str,
    /// The module's file name, without its ending.
    pub name: &'static str,
    pub edits: &'static [Edit],
    /// Whether the bindings get typings.
    pub typings: bool,
    /// Whether the module is also written as base64 text, as it is and deflated, to go inside scripts.
    pub as_text: bool,
}

/// The compiler optimises for speed, which by itself makes the module 1.2 KB larger, gzipped. With loops
/// left as they are, and functions inlined only where that costs little, it is no larger than one that is
/// optimised for size, and a call executes a sixth less. Up to 40 the module does not grow.
const INLINED: [&str; 2] = [
    "-Cllvm-args=--inline-threshold=40",
    "-Cllvm-args=--unroll-threshold=0",
];

/// What the download does not need.
const STRIPPED: [&str; 3] = [
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

pub const CLIENT: WasmModule = WasmModule {
    package: "cometchat-users",
    profile: "wasm",
    flags: &INLINED,
    // Between two rounds the control flow is taken apart and put together again. No data of ours is at an
    // address below 1,024, where the stack ends.
    shrink: &[
        "--low-memory-unused",
        "-Oz",
        "--flatten",
        "--rereloop",
        "-Oz",
        "-Oz",
        STRIPPED[0],
        STRIPPED[1],
        STRIPPED[2],
    ],
    generated: "pkg/src/generated",
    generated_javascript: "target/javascript",
    name: "cometchat_users",
    edits: &[
        Edit::FreedSlots,
        Edit::GuardedCallbacks,
        Edit::NothingKeptUnused,
        Edit::OwnGlobals,
    ],
    typings: false,
    as_text: true,
};

pub const EMULATOR: WasmModule = WasmModule {
    package: "cometchat-emulator-wasm",
    profile: "wasm-engine",
    flags: &[],
    shrink: &[
        "--low-memory-unused",
        "-Oz",
        STRIPPED[0],
        STRIPPED[1],
        STRIPPED[2],
    ],
    generated: "pkg/emulator/src/generated",
    generated_javascript: "",
    name: "cometchat_emulator",
    edits: &[],
    typings: true,
    as_text: false,
};
