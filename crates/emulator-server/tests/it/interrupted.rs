//! The emulator ends in the middle of changes of every kind: by `kill -9`, or asked to stop. What was
//! acknowledged stays, and a change of many rows is there as a whole or not at all.

use std::collections::HashSet;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::harness::{Connection, Folder, Request, Server};
use crate::on_postgres::Cluster;

const CONNECTIONS: usize = 8;

fn signal(server: &Server, signal: &str) {
    let sent = Command::new("kill")
        .args([signal, &server.pid().to_string()])
        .status();
    assert!(sent.expect("kill runs").success());
}

/// Sends `request(worker, number)` on several connections, one after the other each, until the
/// server is killed after so many acknowledgements. Returns how many each worker had acknowledged.
fn until_killed<'s>(
    server: &'s Server,
    workers: usize,
    fatal: usize,
    request: impl Fn(usize, usize) -> Request<'s> + Sync,
) -> Vec<usize> {
    let acknowledged = AtomicUsize::new(0);
    let killed = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers)
            .map(|worker| {
                let (request, acknowledged, killed) = (&request, &acknowledged, &killed);
                scope.spawn(move || {
                    let mut connection = Connection::open(&server.address).expect("a connection");
                    for number in 0.. {
                        match request(worker, number).send_on(&mut connection) {
                            Ok(answer) => assert_eq!(answer.status, 200, "{}", answer.text()),
                            // The end that was meant to come.
                            Err(_) if killed.load(Ordering::Acquire) => return number,
                            Err(error) => panic!("before the kill: {error}"),
                        }
                        if acknowledged.fetch_add(1, Ordering::AcqRel) + 1 == fatal {
                            killed.store(true, Ordering::Release);
                            signal(server, "-9");
                        }
                    }
                    unreachable!("it is killed")
                })
            })
            .collect();
        running
            .into_iter()
            .map(|worker| worker.join().expect("a worker"))
            .collect()
    })
}

fn seed(server: &Server, prefix: &str, count: usize) {
    server
        .own("POST", "/seed")
        .json(json!({ "count": count, "prefix": prefix }))
        .data();
}

/// How many users' uids begin with this.
fn total(server: &Server, prefix: &str) -> usize {
    let path = format!("/users?perPage=1&searchKey={prefix}&searchIn=uid");
    let answer = server.rest("GET", &path).send().json();
    let total = answer["meta"]["pagination"]["total"].as_u64();
    usize::try_from(total.expect("a total")).expect("a size")
}

fn state(server: &Server, number: usize) -> Value {
    let users: Vec<_> = (0..30)
        .map(|user| json!({ "uid": format!("in-{user}"), "name": number.to_string(), "tags": ["in"] }))
        .collect();
    json!({ "version": 1, "apps": [{ "appId": server.app_id, "users": users }] })
}

fn nothing_is_lost_or_torn(start: impl Fn() -> Server) {
    // Updates: the last name that was acknowledged, or the one that was on its way.
    let server = start();
    seed(&server, "named-", CONNECTIONS);
    let done = until_killed(&server, CONNECTIONS, 400, |worker, number| {
        let changes = if number % 2 == 0 {
            json!({ "name": number.to_string() })
        } else {
            json!({ "name": number.to_string(), "tags": [format!("t{number}")] })
        };
        server
            .auth("PUT", &format!("/users/named-{}", worker + 1))
            .json(changes)
    });
    server.kill();
    let server = start();
    for (worker, done) in done.into_iter().enumerate() {
        let user = server
            .rest("GET", &format!("/users/named-{}", worker + 1))
            .data();
        let name = user["name"].as_str().expect("a name");
        let possible = [done.wrapping_sub(1), done].map(|number| number.to_string());
        assert!(
            done == 0 || possible.iter().any(|possible| possible == name),
            "{name} after {done} updates"
        );
    }

    // Deletions: none that was acknowledged comes back.
    seed(&server, "doomed-", 2_000);
    let done = until_killed(&server, CONNECTIONS, 400, |worker, number| {
        let uid = format!("doomed-{}", 1 + worker + number * CONNECTIONS);
        server
            .rest("DELETE", &format!("/users/{uid}"))
            .json(json!({ "permanent": true }))
    });
    server.kill();
    let server = start();
    let left = total(&server, "doomed-");
    let done: usize = done.iter().sum();
    assert!(
        (2_000 - done - CONNECTIONS..=2_000 - done).contains(&left),
        "{left} of 2000 left after {done} deletions"
    );

    // Seeds: whole or not at all.
    let done = until_killed(&server, 1, 6, |_, number| {
        server
            .own("POST", "/seed")
            .json(json!({ "count": 200, "prefix": format!("seed{number}-") }))
    })[0];
    server.kill();
    let server = start();
    for number in 0..done {
        assert_eq!(total(&server, &format!("seed{number}-")), 200);
    }
    assert!([0, 200].contains(&total(&server, &format!("seed{done}-"))));

    // Imports: the last state, or the one that was on its way, and nothing of another.
    let done = until_killed(&server, 1, 12, |_, number| {
        server.own("PUT", "/snapshot").json(state(&server, number))
    })[0];
    server.kill();
    let server = start();
    let users = server.rest("GET", "/users?tags=in&perPage=1000").data();
    let users = users.as_array().expect("a list");
    assert_eq!(users.len(), 30);
    assert_eq!(total(&server, ""), 30);
    let names: HashSet<_> = users
        .iter()
        .map(|user| user["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names.len(), 1, "{names:?}");
    let name: usize = names
        .into_iter()
        .next()
        .unwrap_or_default()
        .parse()
        .expect("a number");
    assert!(
        name == done || name + 1 == done,
        "{name} after {done} imports"
    );
}

#[test]
fn kill_9_loses_and_tears_no_change_on_sqlite() {
    let folder = Folder::new();
    nothing_is_lost_or_torn(|| Server::on(&folder.sqlite_url(), &["--no-seed"]));
}

#[test]
fn kill_9_loses_and_tears_no_change_on_postgresql() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    nothing_is_lost_or_torn(|| Server::on(&cluster.url(), &["--no-seed"]));
}

#[test]
fn of_200_requests_in_flight_at_a_stop_each_is_answered_or_its_connection_closed() {
    let folder = Folder::new();
    let mut server = Server::on(&folder.sqlite_url(), &[]);
    let acknowledged = AtomicUsize::new(0);
    // All before the stop, after which nobody gets in.
    let connections: Vec<_> = (0..200)
        .map(|_| Connection::open(&server.address).expect("a connection"))
        .collect();
    let created: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = connections
            .into_iter()
            .enumerate()
            .map(|(worker, mut connection)| {
                let (server, acknowledged) = (&server, &acknowledged);
                scope.spawn(move || {
                    let mut created = Vec::new();
                    // A read that waits for longer than the client's 30 seconds fails the test.
                    loop {
                        let uid = format!("w{worker}-{}", created.len());
                        let user = json!({ "uid": uid, "name": "W", "tags": ["w"] });
                        let request = server.auth("POST", "/users").json(user);
                        match request.send_on(&mut connection) {
                            Ok(answer) if answer.status == 200 => created.push(uid),
                            Ok(answer) => {
                                assert_eq!(answer.status, 503, "{}", answer.text());
                                return created;
                            }
                            Err(error) => {
                                let kind = error.kind();
                                assert_ne!(kind, std::io::ErrorKind::WouldBlock, "no reply");
                                return created;
                            }
                        }
                        if acknowledged.fetch_add(1, Ordering::AcqRel) + 1 == 1_000 {
                            signal(server, "-TERM");
                        }
                    }
                })
            })
            .collect();
        let joined = workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker"));
        joined.flatten().collect()
    });
    assert!(server.wait(), "it ends well");
    assert!(created.len() >= 1_000);
    let server = Server::on(&folder.sqlite_url(), &[]);
    let mut connection = Connection::open(&server.address).expect("a connection");
    for uid in created {
        let found = server.rest("GET", &format!("/users/{uid}"));
        let found = found.send_on(&mut connection).expect("a reply");
        assert_eq!(found.status, 200, "{uid} is lost");
    }
}
