//! Makes the OpenAPI document before the module is compiled.

use std::path::Path;

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = std::env::var_os("OUT_DIR").unwrap_or_default();
    let document = cometchat_emulator::app::openapi_document();
    std::fs::write(Path::new(&folder).join("openapi.json"), document)
}
