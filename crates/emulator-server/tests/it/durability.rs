//! A user whose creation was acknowledged is there after a crash, exactly once.
//!
//! The quick form runs with the other tests; `COMETCHAT_EMULATOR_DURABILITY=full` asks for ten
//! rounds of 20,000 creations.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::json;

use crate::harness::{Connection, Folder, Server};
use crate::on_postgres;

const CONNECTIONS: usize = 32;

struct Form {
    rounds: usize,
    creations: usize,
}

fn form() -> Form {
    match std::env::var("COMETCHAT_EMULATOR_DURABILITY").as_deref() {
        Ok("full") => Form {
            rounds: 10,
            creations: 20_000,
        },
        _ => Form {
            rounds: 2,
            creations: 2_000,
        },
    }
}

/// Creates users on many connections until the emulator is killed in the middle; returns the uids
/// of those that were acknowledged, and how many there were to be.
fn create_until_killed(server: Server, round: usize, creations: usize) -> Vec<String> {
    let each = creations / CONNECTIONS;
    // Another moment in every round, well inside of it.
    let fatal = creations / 4 + (round * 7_919) % (creations / 2);
    let acknowledged = AtomicUsize::new(0);
    let killed = AtomicBool::new(false);
    let pid = server.pid();
    let created = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|worker| {
                let (server, acknowledged, killed) = (&server, &acknowledged, &killed);
                scope.spawn(move || {
                    let mut created = Vec::new();
                    let Ok(mut connection) = Connection::open(&server.address) else {
                        return created;
                    };
                    for number in 0..each {
                        let uid = format!("round{round}-{worker}-{number}");
                        let request = server.auth("POST", "/users").json(json!({
                            "uid": uid, "name": "Kevin", "tags": if number % 8 == 0 { json!(["a"]) } else { json!(null) },
                        }));
                        match request.send_on(&mut connection) {
                            Ok(answer) => assert_eq!(answer.status, 200, "{}", answer.text()),
                            // The end that was meant to come.
                            Err(_) if killed.load(Ordering::Acquire) => return created,
                            Err(error) => panic!("before the kill: {error}"),
                        }
                        created.push(uid);
                        if acknowledged.fetch_add(1, Ordering::AcqRel) + 1 == fatal {
                            killed.store(true, Ordering::Release);
                            let status = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status();
                            assert!(status.expect("kill runs").success());
                        }
                    }
                    created
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a worker"))
            .collect::<Vec<_>>()
    });
    server.kill();
    assert!(
        created.len() >= fatal && created.len() < creations,
        "it was killed in the middle"
    );
    created
}

/// All uids of a round that the emulator lists.
fn listed(server: &Server, round: usize) -> Vec<String> {
    let mut uids = Vec::new();
    for page in 1.. {
        let path = format!("/users?perPage=1000&page={page}&searchKey=round{round}-&searchIn=uid");
        let users = server.rest("GET", &path).data();
        let users = users.as_array().expect("a list");
        if users.is_empty() {
            break;
        }
        uids.extend(
            users
                .iter()
                .map(|user| user["uid"].as_str().expect("a uid").to_owned()),
        );
    }
    uids
}

fn nothing_acknowledged_is_lost(name: &str, start: impl Fn() -> Server) {
    let Form { rounds, creations } = form();
    let began = Instant::now();
    let mut total = 0;
    for round in 0..rounds {
        let mut acknowledged = create_until_killed(start(), round, creations);
        total += acknowledged.len();
        let server = start();
        let mut found = listed(&server, round);
        let all = found.len();
        found.sort();
        found.dedup();
        assert_eq!(found.len(), all, "none is there twice");
        acknowledged.sort();
        let lost: Vec<_> = acknowledged
            .iter()
            .filter(|uid| found.binary_search(uid).is_err())
            .collect();
        assert!(
            lost.is_empty(),
            "round {round}: {} of {} lost: {lost:?}",
            lost.len(),
            acknowledged.len()
        );
        assert!(
            found.len() <= acknowledged.len() + CONNECTIONS,
            "only what was in flight came in addition"
        );
        server.kill();
    }
    eprintln!(
        "{name}: {rounds} rounds, {total} creations acknowledged before a kill -9, none lost, none twice, {:?}",
        began.elapsed()
    );
}

#[test]
fn nothing_acknowledged_is_lost_by_kill_9_on_sqlite() {
    let folder = Folder::new();
    nothing_acknowledged_is_lost("SQLite", || Server::on(&folder.sqlite_url(), &[]));
}

#[test]
fn nothing_acknowledged_is_lost_by_kill_9_on_postgresql() {
    let Some(cluster) = on_postgres::Cluster::start() else {
        return;
    };
    nothing_acknowledged_is_lost("PostgreSQL", || Server::on(&cluster.url(), &[]));
}
