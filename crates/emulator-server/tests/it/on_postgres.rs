//! Every behaviour once more, on PostgreSQL: a cluster of our own in a temporary folder.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::harness::Database;

/// A PostgreSQL that listens on nothing but a socket in its own folder.
pub struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
}

impl Cluster {
    /// Starts a cluster. Where PostgreSQL is not installed, says so, past what catches the output
    /// of tests, and returns `None`; on a machine of continuous integration it has to be there.
    pub fn start() -> Option<Self> {
        let Some(bin) = bin() else {
            let message =
                "PostgreSQL's initdb is not installed: the tests on PostgreSQL DID NOT RUN";
            assert!(std::env::var_os("CI").is_none(), "{message}");
            let _ = writeln!(std::io::stderr(), "{message}");
            return None;
        };
        // A socket's path must be short, and the user nobody must get there.
        let unique = format!(
            "cometchat-emulator-{}-{:?}",
            std::process::id(),
            std::thread::current().id()
        );
        let unique: String = unique
            .chars()
            .filter(|char| char.is_ascii_alphanumeric() || *char == '-')
            .collect();
        let folder = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&folder).expect("a folder for PostgreSQL");
        if is_root() {
            let given = Command::new("chown").arg("nobody").arg(&folder).status();
            assert!(given.expect("chown runs").success());
        }
        let cluster = Cluster { bin, folder };
        cluster.run(
            "initdb",
            &[
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
                "-D",
                &cluster.data(),
            ],
        );
        cluster.start_again();
        Some(cluster)
    }

    /// Starts a cluster that was stopped.
    pub fn start_again(&self) {
        // The emulator is what crashes here, not PostgreSQL or the machine: no need to wait for
        // the disk.
        let options = format!(
            "-c listen_addresses= -c fsync=off -c max_connections=300 -k {}",
            self.folder.display()
        );
        let log = self.folder.join("log").display().to_string();
        self.run(
            "pg_ctl",
            &[
                "start",
                "-w",
                "-D",
                &self.data(),
                "-l",
                &log,
                "-o",
                &options,
            ],
        );
    }

    /// Stops it: `fast` ends its sessions, `immediate` is a crash.
    pub fn stop(&self, mode: &str) {
        self.run("pg_ctl", &["stop", "-m", mode, "-D", &self.data()]);
    }

    /// The socket it listens on.
    pub fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    pub fn url(&self) -> String {
        format!(
            "postgres://postgres@localhost/postgres?host={}",
            self.folder.display()
        )
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    /// Runs one of PostgreSQL's programs, as nobody when we are root, which they refuse to be.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.bin.join(program);
        let mut command = if is_root() {
            let quoted: Vec<_> = std::iter::once(program.display().to_string())
                .chain(arguments.iter().map(|argument| (*argument).to_owned()))
                .map(|word| format!("'{word}'"))
                .collect();
            let mut command = Command::new("su");
            command.args(["-s", "/bin/sh", "nobody", "-c", &quoted.join(" ")]);
            command
        } else {
            let mut command = Command::new(&program);
            command.args(arguments);
            command
        };
        // The server that pg_ctl leaves behind must not hold our pipes open.
        let status = command
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(
            status.expect("it runs").success(),
            "{program:?} {arguments:?}"
        );
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.run("pg_ctl", &["stop", "-m", "immediate", "-D", &self.data()]);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Where PostgreSQL's programs are: on the path, or where Debian puts them.
fn bin() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH")
        .into_iter()
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let of_debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"));
    on_path
        .chain(of_debian)
        .find(|folder| has(folder, "initdb") && has(folder, "pg_ctl"))
}

fn has(folder: &Path, program: &str) -> bool {
    folder.join(program).is_file()
}

#[test]
fn every_behaviour_holds_on_postgresql() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let behaviours: Vec<_> = [
        crate::users::ALL,
        crate::lists::ALL,
        crate::imports::ALL,
        crate::auth_tokens::ALL,
        crate::blocked_users::ALL,
        crate::me::ALL,
        crate::keys::ALL,
        crate::roles::ALL,
        crate::cors::ALL,
        crate::rate_limits::ALL,
        crate::resets::ALL,
        crate::snapshots::ALL,
        crate::journal::ALL,
        crate::faults::ALL,
        crate::hardening::ALL,
        crate::connections::ALL,
        crate::openapi::ALL,
        crate::page::ALL,
    ]
    .concat();
    assert!(behaviours.len() > 50, "{}", behaviours.len());
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((name, behaviour)) =
                    behaviours.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let database = Database::Postgres(cluster.url());
                    let outcome = std::panic::catch_unwind(|| behaviour(&database));
                    if outcome.is_err() {
                        failed.lock().expect("no panic here").push(*name);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no panic here");
    assert!(failed.is_empty(), "on PostgreSQL: {failed:?}");
}
