//! What is built: the modules of the client, of its server's half and of the emulator, each with the JavaScript
//! around it.

use super::edits::Edit;

/// A WebAssembly module, and how it is made.
pub struct WasmModule {
    /// The crate.
    pub package: &'static str,
    /// The crate's features, separated by commas.
    pub features: &'static str,
    /// The cargo profile; modules of one crate have one each, for what they are compiled to.
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

/// A long function with one caller stays one: within its caller it would compress worse.
pub const KEPT_APART: &str = "--one-caller-inline-max-function-size=20";

/// No data of ours is at an address below 1,024, where the stack ends.
const SHRUNK: [&str; 7] = [
    KEPT_APART,
    "--low-memory-unused",
    "-Oz",
    "--converge",
    STRIPPED[0],
    STRIPPED[1],
    STRIPPED[2],
];

const EDITED: [Edit; 5] = [
    Edit::FreedSlots,
    Edit::GuardedCallbacks,
    Edit::NothingKeptUnused,
    Edit::OwnGlobals,
    Edit::OwnStart,
];

pub const CLIENT: WasmModule = WasmModule {
    package: "cometchat-users",
    features: "",
    profile: "wasm",
    flags: &INLINED,
    shrink: &SHRUNK,
    generated: "pkg/src/generated",
    generated_javascript: "target/javascript",
    name: "cometchat_users",
    edits: &EDITED,
    typings: false,
    as_text: true,
};

/// The client's crate with the operations that need the REST API key. Its bindings take the place of the
/// client's in a copy of the package ([`server`](super::server)).
pub const SERVER: WasmModule = WasmModule {
    features: "server",
    profile: "wasm-server",
    generated: "target/server/generated",
    generated_javascript: "",
    name: "cometchat_users_server",
    as_text: false,
    ..CLIENT
};

pub const EMULATOR: WasmModule = WasmModule {
    package: "cometchat-emulator-wasm",
    features: "",
    profile: "wasm-engine",
    flags: &[],
    shrink: &[
        KEPT_APART,
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
