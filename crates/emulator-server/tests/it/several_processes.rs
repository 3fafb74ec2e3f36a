//! Several emulators on one PostgreSQL.

use std::collections::HashSet;

use serde_json::json;

use crate::harness::{Connection, Server};
use crate::on_postgres::Cluster;

#[test]
fn several_emulators_share_one_postgresql() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    // All at once on an empty database: one makes the tables and the keys, the others find them.
    let servers: Vec<_> = std::thread::scope(|scope| {
        let starting: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| Server::on(&cluster.url(), &[])))
            .collect();
        starting
            .into_iter()
            .map(|server| server.join().expect("a server"))
            .collect()
    });
    let keys: HashSet<_> = servers
        .iter()
        .map(|server| server.auth_key.clone())
        .collect();
    assert_eq!(keys.len(), 1, "they agree on the keys");

    // The same uids through all of them at once: each is created once.
    let created: usize = std::thread::scope(|scope| {
        let callers: Vec<_> = servers
            .iter()
            .chain(&servers)
            .map(|server| {
                scope.spawn(move || {
                    let mut connection = Connection::open(&server.address).expect("a connection");
                    (0..200)
                        .filter(|number| {
                            let answer = server
                                .auth("POST", "/users")
                                .json(json!({ "uid": format!("shared-{number}"), "name": "S" }))
                                .send_on(&mut connection)
                                .expect("an answer");
                            assert!(matches!(answer.status, 200 | 400), "{}", answer.text());
                            answer.status == 200
                        })
                        .count()
                })
            })
            .collect();
        callers
            .into_iter()
            .map(|caller| caller.join().expect("a count"))
            .sum()
    });
    assert_eq!(created, 200);

    // What one writes, the others read; a session made by one is known to all.
    let token = servers[0].token("shared-1");
    for server in &servers {
        server
            .session(&token, "PUT", "/me")
            .json(json!({ "name": server.address }))
            .data();
    }
    assert_eq!(
        servers[1].rest("GET", "/users/shared-1").data()["name"],
        servers[3].address.as_str()
    );

    // Deactivating the same users in another order everywhere ends for all.
    std::thread::scope(|scope| {
        for (at, server) in servers.iter().enumerate() {
            scope.spawn(move || {
                for round in 0..20 {
                    let mut uids: Vec<_> =
                        (0..20).map(|number| format!("shared-{number}")).collect();
                    if at % 2 == 0 {
                        uids.reverse();
                    }
                    let (method, field) = if round % 2 == 0 {
                        ("DELETE", "uidsToDeactivate")
                    } else {
                        ("PUT", "uidsToActivate")
                    };
                    server
                        .rest(method, "/users")
                        .json(json!({ field: uids }))
                        .data();
                }
            });
        }
    });
}

#[test]
fn imports_and_resets_of_several_emulators_come_one_after_the_other() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let servers: Vec<_> = (0..3)
        .map(|_| Server::on(&cluster.url(), &["--no-seed"]))
        .collect();
    let users: Vec<_> = (0..50)
        .map(|number| json!({ "uid": format!("in-{number}"), "name": "In", "tags": ["in"] }))
        .collect();
    let state = json!({
        "version": 1,
        "apps": [{ "appId": servers[0].app_id, "users": users }],
    });
    std::thread::scope(|scope| {
        for server in &servers {
            scope.spawn(|| {
                for _ in 0..10 {
                    server.own("PUT", "/snapshot").json(state.clone()).data();
                    server.own("POST", "/reset").data();
                }
                server.own("PUT", "/snapshot").json(state.clone()).data();
            });
            // Who creates what is being imported gets the one answer or the other.
            scope.spawn(|| {
                let mut connection = Connection::open(&server.address).expect("a connection");
                for number in 0..200 {
                    let uid = format!("in-{}", number % 50);
                    let user = json!({ "uid": uid, "name": "Own", "tags": ["own"] });
                    let request = server.auth("POST", "/users").json(user);
                    let answer = request.send_on(&mut connection).expect("an answer");
                    assert!(matches!(answer.status, 200 | 400), "{}", answer.text());
                }
            });
        }
    });
}
