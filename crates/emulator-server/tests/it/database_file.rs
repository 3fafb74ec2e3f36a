//! The file of a SQLite database: who may use it, what happens when somebody else touches it while
//! the emulator runs, and what is said of one that cannot be used.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use serde_json::json;
use sqlx::{AnyConnection, Connection, Executor};

use crate::harness::{Folder, Server, command, output};

fn file(folder: &Folder) -> PathBuf {
    folder.path().join("emulator.db")
}

fn log(folder: &Folder) -> PathBuf {
    folder.path().join("emulator.db-wal")
}

fn mode(path: &Path) -> u32 {
    let metadata = fs::metadata(path).expect("a file");
    metadata.permissions().mode() & 0o777
}

/// The names of the files in a folder.
fn names(folder: &Folder) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// Starts an emulator in a folder, where it has to fail; returns what it says.
fn refused(folder: &Folder, url: &str) -> String {
    let mut command = command();
    command
        .current_dir(folder.path())
        .args(["--database-url", url]);
    let (success, said) = output(command);
    assert!(!success, "{url} is taken");
    said
}

/// Runs statements on the database of an emulator that has ended.
fn change(folder: &Folder, statements: &[&'static str]) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        sqlx::any::install_default_drivers();
        let url = folder.sqlite_url();
        let mut connection = AnyConnection::connect(&url).await.expect("a connection");
        for statement in statements {
            connection.execute(*statement).await.expect("it is changed");
        }
        connection.close().await.expect("it is closed");
    });
}

#[test]
fn a_file_of_an_earlier_version_is_migrated() {
    let folder = Folder::new();
    let server = Server::on(&folder.sqlite_url(), &["--no-seed"]);
    server.user("b");
    server.user("a");
    let token = server.token("a");
    assert!(server.stop());
    // As it was before lists were sorted by status, and before there were blocks.
    change(
        &folder,
        &[
            "DROP TABLE blocks",
            "DROP INDEX users_by_status",
            "CREATE INDEX users_by_uid ON users (app_id, uid, deactivated_at, status, role, name_folded)",
            "DELETE FROM schema_version WHERE version > 2",
        ],
    );
    let server = Server::on(&folder.sqlite_url(), &[]);
    server.session(&token, "GET", "/me").data();
    let listed = server.rest("GET", "/users").data();
    assert_eq!([&listed[0]["uid"], &listed[1]["uid"]], ["a", "b"]);
    let path = "/users/a/blockedusers";
    let body = json!({ "blockedUids": ["b"] });
    server.rest("POST", path).json(body).data();
    assert!(server.stop());
    let server = Server::on(&folder.sqlite_url(), &[]);
    assert_eq!(server.rest("GET", path).data()[0]["uid"], "b");
    assert!(server.stop());
    // Fails unless the migration has made and dropped these.
    change(
        &folder,
        &[
            "DROP INDEX users_by_status",
            "CREATE INDEX users_by_uid ON users (app_id)",
        ],
    );
}

#[test]
fn nobody_else_may_read_the_database() {
    let folder = Folder::new();
    let server = Server::on(&folder.sqlite_url(), &[]);
    server.user("kevin");
    for name in names(&folder) {
        assert_eq!(mode(&folder.path().join(&name)), 0o600, "{name}");
    }
    server.kill();
    for name in names(&folder) {
        let path = folder.path().join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).expect("it is ours");
    }
    let server = Server::on(&folder.sqlite_url(), &[]);
    server.rest("GET", "/users/kevin").data();
    assert_eq!(names(&folder).len(), 3);
    for name in names(&folder) {
        assert_eq!(
            mode(&folder.path().join(&name)),
            0o600,
            "{name} after a restart"
        );
    }
}

#[test]
fn no_other_name_of_the_file_lets_a_second_process_in() {
    let folder = Folder::new();
    let first = Server::on(&folder.sqlite_url(), &[]);
    let link = folder.path().join("link.db");
    symlink(file(&folder), &link).expect("a link");
    let said = refused(&folder, "sqlite://link.db");
    assert!(said.contains("in use by another emulator"), "{said}");
    let hard = folder.path().join("hard.db");
    fs::hard_link(file(&folder), &hard).expect("a link");
    refused(&folder, "sqlite://hard.db");
    first.user("kevin");
    first.kill();
    // Its log would not be found under another name.
    for name in ["hard.db", "emulator.db"] {
        let said = refused(&folder, &format!("sqlite://{name}"));
        assert!(said.contains("more than one name"), "{said}");
    }
    fs::remove_file(hard).expect("it goes");
    let server = Server::on(&format!("sqlite://{}", link.display()), &[]);
    server.rest("GET", "/users/kevin").data();
}

#[test]
fn a_file_that_somebody_else_touches_stops_acknowledgements() {
    let cut = |path: PathBuf, length: u64| {
        let file = fs::File::options().write(true).open(path).expect("a file");
        file.set_len(length).expect("it is cut");
    };
    type Damage<'d> = (&'d str, &'d dyn Fn(&Folder));
    let damages: [Damage; 7] = [
        ("deleted", &|folder| {
            fs::remove_file(file(folder)).expect("it goes")
        }),
        ("replaced", &|folder| {
            let copy = folder.path().join("copy");
            fs::copy(file(folder), &copy).expect("a copy");
            fs::rename(copy, file(folder)).expect("it is replaced");
        }),
        ("truncated", &|folder| cut(file(folder), 0)),
        ("truncated", &|folder| cut(file(folder), 100)),
        ("overwritten", &|folder| {
            let length = fs::metadata(file(folder)).expect("a file").len();
            let zeros = vec![0; usize::try_from(length).expect("a size")];
            // In place: the file is the same.
            fs::write(file(folder), zeros).expect("it is written");
        }),
        ("deleted", &|folder| {
            fs::remove_file(log(folder)).expect("it goes")
        }),
        ("truncated", &|folder| cut(log(folder), 0)),
    ];
    for (what, damage) in damages {
        let folder = Folder::new();
        let server = Server::on(&folder.sqlite_url(), &[]);
        server.user("before");
        server.own("GET", "/health").data();
        damage(&folder);
        let create = server.auth("POST", "/users");
        let create = create.json(json!({ "uid": "after", "name": "After" }));
        for request in [
            create,
            server.own("POST", "/reset"),
            server.own("GET", "/health"),
        ] {
            let error = request.fails(500, "ERR_OPERATION_FAILED");
            let message = error["message"].as_str().expect("a text");
            assert!(
                message.contains(&format!("was {what} while")),
                "{what}: {message}"
            );
        }
    }
}

#[test]
fn a_file_that_is_made_read_only_keeps_what_is_acknowledged() {
    let folder = Folder::new();
    let server = Server::on(&folder.sqlite_url(), &[]);
    fs::set_permissions(file(&folder), fs::Permissions::from_mode(0o400)).expect("it is ours");
    let create = server.auth("POST", "/users");
    let answer = create
        .json(json!({ "uid": "kevin", "name": "Kevin" }))
        .send();
    fs::set_permissions(file(&folder), fs::Permissions::from_mode(0o600)).expect("it is ours");
    server.kill();
    let server = Server::on(&folder.sqlite_url(), &[]);
    let found = server.rest("GET", "/users/kevin").send();
    assert_eq!(answer.status, found.status, "{}", answer.text());
}

#[test]
fn a_damaged_file_is_told_and_left_as_it_is() {
    let folder = Folder::new();
    let server = Server::on(&folder.sqlite_url(), &[]);
    server.user("kevin");
    assert!(server.stop());
    let sound = fs::read(file(&folder)).expect("a file");
    let garbled = [&sound[..50], &vec![0x55; sound.len() - 50]].concat();
    for (what, bytes) in [
        (
            "text",
            b"This is no database, but a text of some length.\n".to_vec(),
        ),
        ("zeros", vec![0; 8192]),
        ("garbled", garbled),
        ("cut", sound[..sound.len() / 2].to_vec()),
    ] {
        fs::write(file(&folder), &bytes).expect("it is written");
        let start = std::time::Instant::now();
        let said = refused(&folder, "sqlite://emulator.db");
        assert!(
            start.elapsed().as_secs() < 2,
            "{what}: {:?}",
            start.elapsed()
        );
        assert!(said.contains("damaged"), "{what}: {said}");
        assert!(said.contains("--database-url"), "{what}: {said}");
        assert!(fs::read(file(&folder)).expect("a file") == bytes, "{what}");
        assert_eq!(names(&folder), ["emulator.db"], "{what}");
    }
}

#[test]
fn odd_urls_work_as_they_read_or_are_refused_and_leave_nothing() {
    let folder = Folder::new();
    for url in ["sqlite://x.db?mode=memory", "sqlite://:memory:"] {
        let mut command = command();
        command
            .current_dir(folder.path())
            .args(["--database-url", url]);
        let server = Server::spawn(command);
        server.user("kevin");
        server.rest("GET", "/users/kevin").data();
    }
    for (url, told) in [
        ("sqlite::memory:?x", "takes no parameter but"),
        ("sqlite://x.db?mode=ro", "leave mode=ro"),
        ("sqlite://x.db?mode=odd", "takes no parameter but"),
        ("sqlite://x.db?mode=rw", "No such file"),
        ("sqlite://x.db?vfs=none", "no such vfs"),
        ("sqlite://none/x.db", "No such file"),
        ("sqlite://.", "directory"),
    ] {
        let said = refused(&folder, url);
        assert!(said.contains(told), "{url}: {said}");
    }
    assert_eq!(names(&folder), [""; 0]);
    let mut command = command();
    command
        .current_dir(folder.path())
        .args(["--database-url", "sqlite://rel data#1.db"]);
    let server = Server::spawn(command);
    server.user("kevin");
    assert!(server.stop());
    assert_eq!(names(&folder), ["rel data#1.db"]);
}

#[test]
fn the_order_of_tokens_does_not_depend_on_the_clock() {
    let folder = Folder::new();
    let server = Server::on(&folder.sqlite_url(), &[]);
    server.user("kevin");
    let mut last = String::new();
    for _ in 0..100 {
        last = server.token("kevin");
    }
    assert!(server.stop());
    // As if they had been made by a clock that was a year ahead.
    change(
        &folder,
        &["UPDATE auth_tokens SET seq = seq + 31536000000000"],
    );
    let server = Server::on(&folder.sqlite_url(), &[]);
    let token = server.token("kevin");
    server.session(&token, "GET", "/me").data();
    let tokens = server.rest("GET", "/users/kevin/auth_tokens").data();
    assert_eq!(tokens[0]["authToken"], token.as_str());
    assert_eq!(tokens[1]["authToken"], last.as_str());
    assert_eq!(tokens.as_array().expect("a list").len(), 100);
}
