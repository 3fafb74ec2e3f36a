//! A start that fails: the first real error, soon, before the port is open, and no password.

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{Server, command, output};
use crate::on_postgres::Cluster;

/// Longer than a start that fails may take.
const SOON: Duration = Duration::from_secs(2);

/// A port that nobody listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

#[test]
fn a_database_that_does_not_answer_is_told_soon_and_before_the_port_is_open() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!(
        "postgres://u@{}/d",
        silent.local_addr().expect("an address")
    );
    let port = free_port();
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_cometchat-emulator"))
        .args(["--database-url", &url, "--port", &port.to_string()])
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    // It has begun: the database is being asked.
    let _asked = silent.accept().expect("a connection");
    let open = TcpStream::connect(("127.0.0.1", port));
    assert!(open.is_err(), "the port is open before the database");
    let mut said = String::new();
    let mut err = child.stderr.take().expect("its log");
    err.read_to_string(&mut said).expect("text");
    assert!(!child.wait().expect("it ends").success());
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    assert!(said.contains("no answer within"), "{said}");
}

#[test]
fn an_unreachable_database_is_told_with_the_real_error() {
    let url = format!("postgres://u@127.0.0.1:{}/d", free_port());
    let mut command = command();
    command.args(["--database-url", &url]);
    let start = Instant::now();
    let (success, said) = output(command);
    assert!(!success);
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    assert!(said.contains("Connection refused"), "{said}");
}

#[test]
fn a_postgresql_that_starts_later_can_be_waited_for() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    cluster.stop("fast");
    std::thread::scope(|scope| {
        let server = scope.spawn(|| Server::on(&cluster.url(), &["--wait-for-database", "30"]));
        cluster.start_again();
        server.join().expect("it starts").user("kevin");
    });
}

#[test]
fn no_form_of_a_database_url_shows_its_password() {
    let port = free_port();
    for url in [
        "mysql://u:geheim@h/d".to_owned(),
        format!("postgres://u:geheim@127.0.0.1:{port}/d"),
        format!("postgres://127.0.0.1:{port}/d?user=u&password=geheim"),
        format!("postgres://u:ge@geheim@127.0.0.1:{port}/d"),
        format!("postgres://u:ge/geheim@127.0.0.1:{port}/d"),
        format!("postgres://u:ge?geheim@127.0.0.1:{port}/d"),
        format!("postgres://u:ge#geheim@127.0.0.1:{port}/d"),
        format!("postgres://127.0.0.1:{port}/d?passwrd=geheim"),
        format!("postgres://127.0.0.1:{port}/d?sslmode=geheim"),
        format!("postgres:/u:geheim@127.0.0.1:{port}/d"),
        format!("postgres:u:geheim@127.0.0.1:{port}/d"),
        format!("POSTGRES://u:geheim@127.0.0.1:{port}/d"),
        format!("u:geheim@127.0.0.1:{port}/d"),
        "postgres://u:geheim".to_owned(),
        "geheim".to_owned(),
        "sqlite://u:geheim@h/d".to_owned(),
        "sqlite::memory:?password=geheim".to_owned(),
    ] {
        let mut command = command();
        command.args(["--database-url", &url, "--log-level", "debug"]);
        let (success, said) = output(command);
        assert!(!success, "{url}");
        assert!(said.contains("database"), "{said}");
        assert!(!said.contains("geheim"), "{url}: {said}");
    }
}
