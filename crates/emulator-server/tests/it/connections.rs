//! Connections that are used in unusual but legal ways: every request on them is answered, and no
//! client costs the emulator more than it may.

use std::net::Shutdown;
use std::time::{Duration, Instant};

use crate::harness::{Connection, Server, behaviours, until};

/// A creation, with something behind its body.
fn creation(server: &Server, uid: &str, headers: &str, behind: &str) -> String {
    let body = format!(r#"{{"uid":"{uid}","name":"Kevin"}}"#);
    format!(
        "POST /v3/users HTTP/1.1\r\nhost: {}\r\nappId: {}\r\napiKey: {}\r\n{headers}content-length: {}\r\n\r\n{body}{behind}",
        server.address,
        server.app_id,
        server.auth_key,
        body.len(),
    )
}

behaviours! {
    fn a_request_is_answered_whatever_follows_its_body(on) {
        let server = on.start(&[]);
        for (at, (headers, behind)) in [
            ("", "\r\n"),
            ("", "\r\n\r\n"),
            ("connection: close\r\n", "\r\n"),
            ("connection: close\r\n", "GET /v3/users HTTP/1.1\r\n\r\n"),
            ("", "GET /v3/us"),
        ].into_iter().enumerate() {
            let uid = format!("kevin-{at}");
            let mut connection = Connection::open(&server.address).unwrap();
            connection.limit(Duration::from_secs(5));
            connection.write(creation(&server, &uid, headers, behind).as_bytes()).unwrap();
            let answer = connection.read().unwrap_or_else(|error| panic!("{headers:?} {behind:?}: {error}"));
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert_eq!(answer.json()["data"]["uid"], uid.as_str());
        }
    }

    fn pipelined_requests_are_answered_in_their_order(on) {
        let server = on.start(&[]);
        let mut connection = Connection::open(&server.address).unwrap();
        let all: String = (0..20).map(|at| creation(&server, &format!("kevin-{at}"), "", "\r\n")).collect();
        connection.write(all.as_bytes()).unwrap();
        for at in 0..20 {
            let answer = connection.read().expect("an answer");
            assert_eq!(answer.json()["data"]["uid"], format!("kevin-{at}"));
        }
    }

    fn a_client_that_has_closed_its_side_gets_its_reply(on) {
        let server = on.start(&[]);
        let mut connection = Connection::open(&server.address).unwrap();
        connection.write(creation(&server, "kevin", "", "").as_bytes()).unwrap();
        connection.shutdown(Shutdown::Write);
        let answer = connection.read().expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(connection.is_closed());
        server.rest("GET", "/users/kevin").data();
    }
}

#[cfg(target_os = "linux")]
mod memory {
    use super::*;

    /// A request that costs nothing to ask for and has a large reply.
    const CHEAP: &str = "GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n";

    /// The most memory that a process had so far, in kilobytes.
    fn peak(server: &Server) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid()));
        let status = status.expect("a running process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number
            .and_then(|number| number.parse().ok())
            .expect("a size")
    }

    fn open_connections(server: &Server) -> usize {
        let files =
            std::fs::read_dir(format!("/proc/{}/fd", server.pid())).expect("a running process");
        files
            .flatten()
            .filter(|file| {
                std::fs::read_link(file.path())
                    .is_ok_and(|to| to.to_string_lossy().starts_with("socket:"))
            })
            .count()
    }

    #[test]
    fn what_is_buffered_for_one_connection_is_bounded() {
        const REQUESTS: usize = 4_000;
        let server = Server::on("sqlite::memory:", &[]);
        let once = server.ask("GET", "/openapi.json").send();
        assert!(
            once.body.len() * REQUESTS > 100_000_000,
            "{}",
            once.body.len()
        );
        let before = peak(&server);
        let mut connection = Connection::open(&server.address).unwrap();
        let mut writer = connection.another();
        let sending = std::thread::spawn(move || {
            let all = CHEAP.repeat(REQUESTS);
            std::io::Write::write_all(&mut writer, all.as_bytes())
        });
        for _ in 0..REQUESTS {
            assert_eq!(
                connection.read().expect("an answer").body.len(),
                once.body.len()
            );
        }
        sending.join().expect("it ends").expect("all is sent");
        let grown = peak(&server).saturating_sub(before);
        assert!(grown < 50_000, "{grown} kB more for one connection");
    }

    #[test]
    fn a_client_that_never_reads_is_dropped() {
        let server = Server::on("sqlite::memory:", &["--read-timeout", "1"]);
        let idle = open_connections(&server);
        let mut connection = Connection::open(&server.address).unwrap();
        connection.limit(Duration::from_secs(1));
        let start = Instant::now();
        // Until the emulator takes no more, since its replies are not read.
        while connection.write(CHEAP.repeat(100).as_bytes()).is_ok() {
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "it takes all and everything"
            );
        }
        until("it is dropped", || open_connections(&server) == idle);
        assert_eq!(server.ask("GET", "/openapi.json").send().status, 200);
    }
}
