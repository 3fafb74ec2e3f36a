//! Where the project is, and the programs that its build runs.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// The project's root: the folder that has `xtask` in it, at or above the working directory. It is looked
/// up on each run, since the project may have been moved or copied after this program was compiled.
pub fn root() -> Result<PathBuf> {
    let from = env::current_dir().context("the working directory is gone")?;
    root_above(&from).with_context(|| {
        format!(
            "{} is not inside the project: run this from its folder",
            from.display()
        )
    })
}

fn root_above(folder: &Path) -> Option<PathBuf> {
    let is_root = |folder: &&Path| {
        folder.join("Cargo.lock").is_file() && folder.join("xtask/Cargo.toml").is_file()
    };
    folder.ancestors().find(is_root).map(Path::to_owned)
}

/// Runs a program to its end, which shows what it has to say.
pub fn run(command: &mut Command) -> Result<()> {
    let program = Path::new(command.get_program()).file_name();
    let program = program.unwrap_or_default().display().to_string();
    let status = match command.status() {
        Ok(status) => status,
        Err(error) => bail!("cannot start {program}: {error}"),
    };
    ensure!(status.success(), "{program} failed ({status}); see above");
    Ok(())
}

/// A program that an npm dependency brings.
pub fn npm_program(root: &Path, name: &str) -> Result<Command> {
    let path = root.join("node_modules/.bin").join(name);
    ensure!(
        path.exists(),
        "{name} is not installed: run `npm ci` in {} and try again",
        root.display()
    );
    let mut command = Command::new(path);
    command.current_dir(root);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::root_above;

    #[test]
    fn the_root_is_found_from_any_folder_of_the_project_and_from_no_other() {
        // Cargo runs tests in the folder of their package.
        let xtask = std::env::current_dir().unwrap();
        let root = xtask.parent().unwrap();
        assert_eq!(root_above(&xtask.join("src")).as_deref(), Some(root));
        assert_eq!(root_above(root).as_deref(), Some(root));
        assert_eq!(root_above(root.parent().unwrap()), None);
    }
}
