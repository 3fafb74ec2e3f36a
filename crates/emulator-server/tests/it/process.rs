//! The program as another program runs it: with pipes that nobody reads, and ended by a signal or
//! by the end of its standard input at any moment.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{Connection, command, until};

/// How long an idle emulator may take to end.
const PROMPT: Duration = Duration::from_secs(2);

/// An emulator of which nothing more is read once it has said where it listens.
struct Unread {
    child: Child,
    out: BufReader<ChildStdout>,
    address: String,
}

impl Unread {
    fn spawn(mut command: Command) -> Self {
        let mut child = command
            .args(["--database-url", "sqlite::memory:"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the emulator starts");
        let mut out = BufReader::with_capacity(64, child.stdout.take().expect("its output"));
        let address = loop {
            let mut line = String::new();
            assert_ne!(out.read_line(&mut line).expect("a line"), 0, "it starts");
            if let Some(address) = line.trim_end().strip_prefix("COMETCHAT_EMULATOR_HOST=") {
                break address.to_owned();
            }
        };
        Unread {
            child,
            out,
            address,
        }
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits for its end, which has to be a success and prompt.
    #[track_caller]
    fn ends_promptly(&mut self) {
        let start = Instant::now();
        let mut status = None;
        until("it has ended", || {
            status = self.child.try_wait().expect("it can be waited for");
            status.is_some()
        });
        let took = start.elapsed();
        assert!(status.is_some_and(|status| status.success()), "{status:?}");
        assert!(took < PROMPT, "{took:?}");
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes far more lines of the log than a pipe and the emulator hold together.
fn fill_log(address: &str) {
    let mut connection = Connection::open(address).expect("a connection");
    let path = "x".repeat(4_000);
    let request = format!("GET /v3.0/{path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    for at in 0..1_000 {
        connection.write(request.as_bytes()).expect("it is sent");
        let answer = connection.read();
        let answer = answer.unwrap_or_else(|error| panic!("request {at}: {error}"));
        assert_eq!(answer.status, 404);
    }
}

#[test]
fn a_log_that_nobody_reads_holds_up_neither_requests_nor_the_end() {
    for how in ["-TERM", "-INT", "the end of standard input"] {
        let mut emulator = Unread::spawn(command());
        fill_log(&emulator.address);
        if how.starts_with('-') {
            emulator.signal(how);
        } else {
            drop(emulator.child.stdin.take());
        }
        emulator.ends_promptly();
    }
}

#[test]
fn how_many_lines_were_dropped_is_in_the_log() {
    let mut emulator = Unread::spawn(command());
    fill_log(&emulator.address);
    let mut log = BufReader::new(emulator.child.stderr.take().expect("its log")).lines();
    let mut requests = 0;
    let dropped: usize = log
        .find_map(|line| {
            let line = line.expect("a line");
            if line.contains(" request ") {
                requests += 1;
            }
            let (_, dropped) = line.split_once("lines of the log were dropped")?;
            Some(dropped.split_once("dropped=")?.1.parse().expect("a number"))
        })
        .expect("a line that says so");
    assert_eq!(requests + dropped, 1_000);
    // From here on every line is there again.
    let mut connection = Connection::open(&emulator.address).expect("a connection");
    connection
        .write(
            format!(
                "GET /afterwards HTTP/1.1\r\nhost: {}\r\n\r\n",
                emulator.address
            )
            .as_bytes(),
        )
        .expect("it is sent");
    assert!(log.any(|line| line.expect("a line").contains("/afterwards")));
}

/// The block of this many apps is larger than a pipe, so the emulator is still announcing itself
/// while the signal arrives.
#[test]
fn signals_are_handled_before_the_emulator_says_that_it_is_ready() {
    for signal in ["-TERM", "-INT"] {
        let apps: Vec<String> = (0..1_000).map(|number| format!("app-{number}")).collect();
        let mut command = command();
        command
            .arg("--no-seed")
            .env("COMETCHAT_EMULATOR_APPS", apps.join(","));
        let mut emulator = Unread::spawn(command);
        emulator.signal(signal);
        emulator.ends_promptly();
        let mut rest = String::new();
        emulator.out.read_to_string(&mut rest).expect("its output");
        assert!(!rest.contains("app-999"), "the block fits the pipe");
    }
}

#[test]
fn replies_that_are_stalled_or_delayed_on_purpose_do_not_hold_up_the_end() {
    for action in [r#"{"type":"stall"}"#, r#"{"type":"delay","ms":60000}"#] {
        let mut emulator = Unread::spawn(command());
        let mut connection = Connection::open(&emulator.address).expect("a connection");
        let fault = format!(r#"{{"action":{action}}}"#);
        let mut ask = |path: &str, body: &str| {
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n\r\n{body}",
                emulator.address,
                body.len()
            );
            connection.write(head.as_bytes()).expect("it is sent");
        };
        ask("/__emulator/faults", &fault);
        ask("/v3.0/users", "");
        let mut other = Connection::open(&emulator.address).expect("a connection");
        until("the fault has fired", || {
            let head = format!(
                "GET /__emulator/faults HTTP/1.1\r\nhost: {}\r\n\r\n",
                emulator.address
            );
            other.write(head.as_bytes()).expect("it is sent");
            let faults = other.read().expect("an answer").json();
            faults["data"][0]["fired"] == 1
        });
        emulator.signal("-TERM");
        emulator.ends_promptly();
    }
}

#[test]
fn requests_that_never_end_do_not_keep_it_beyond_the_grace() {
    let mut emulator = Unread::spawn(command());
    let mut in_body = Connection::open(&emulator.address).expect("a connection");
    let head = format!(
        "POST /v3/users HTTP/1.1\r\nhost: {}\r\ncontent-length: 50\r\n\r\n{{",
        emulator.address
    );
    in_body.write(head.as_bytes()).expect("it is sent");
    let mut in_head = Connection::open(&emulator.address).expect("a connection");
    in_head
        .write(b"GET /v3/users HTTP/1.1\r\nho")
        .expect("it is sent");
    emulator.signal("-TERM");
    let start = Instant::now();
    assert!(emulator.child.wait().expect("it ends").success());
    let took = start.elapsed();
    assert!(took < Duration::from_secs(7), "{took:?}");
}
