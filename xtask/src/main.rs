//! Builds the npm package in `pkg/`: the WebAssembly module, its bindings, and the TypeScript
//! around them. Run it with `cargo xtask build`, or through `npm run build`.

mod build;
mod project;
mod protocol;
mod structure;
mod typings;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask build      builds the client's npm package in pkg/, and the emulator's module
       cargo xtask build client | emulator   builds one of them
       cargo xtask protocol   prints the protocol's fields, codes and limits as JSON
       cargo xtask structure  checks sizes of files, imports and wording";

fn main() -> ExitCode {
    let is_debugging = std::env::var_os("DEBUG").is_some();
    if !is_debugging {
        std::panic::set_hook(Box::new(|panic| {
            eprintln!("xtask: a bug, with DEBUG=1 it says more: {panic}");
        }));
    }
    match command() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_debugging => {
            eprintln!("xtask: {error:?}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["build"] => {
            let root = project::root()?;
            build::client(&root)?;
            build::emulator(&root)
        }
        ["build", "client"] => build::client(&project::root()?),
        ["build", "emulator"] => build::emulator(&project::root()?),
        ["protocol"] => {
            protocol::print();
            Ok(())
        }
        ["structure"] => structure::check(&project::root()?),
        _ => bail!("no such command\n{USAGE}"),
    }
}
