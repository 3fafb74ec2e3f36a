//! PostgreSQL goes away in the middle of a change: a connection is cut before or after each of its
//! messages, the server restarts, the database becomes read-only. What was acknowledged is there,
//! what was refused is not, and a reply says so where nobody knows.
//!
//! `cargo test -p cometchat-emulator-server --test it postgres_faults -- --nocapture` prints what was tried.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use sqlx::{AnyConnection, Connection, Executor};

use crate::harness::{Connection as Http, Server};
use crate::on_postgres::Cluster;
use crate::operations::{
    Client, NAMES, Outcome, Tally, creation, operation, prepare, there, traces,
};

/// On which side of PostgreSQL's work a connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// PostgreSQL never gets the message.
    Before,
    /// It does what the message says, and its reply gets lost.
    After,
}

#[derive(Debug, Clone, Copy)]
struct Armed {
    /// Messages that still pass.
    left: u32,
    cut: Cut,
    fired: bool,
}

/// A proxy between the emulator and PostgreSQL.
struct Proxy {
    port: u16,
    armed: Arc<Mutex<Option<Armed>>>,
}

impl Proxy {
    fn before(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let armed = Arc::<Mutex<Option<Armed>>>::default();
        let shared = Arc::clone(&armed);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // While PostgreSQL is down, its clients are hung up on.
                if let Ok(server) = UnixStream::connect(&socket) {
                    join(client, server, &shared);
                }
            }
        });
        Proxy { port, armed }
    }

    /// Without prepared statements, so that an operation always sends the same messages.
    fn url(&self) -> String {
        format!(
            "postgres://postgres@127.0.0.1:{}/postgres?statement-cache-capacity=0",
            self.port
        )
    }

    fn arm(&self, n: u32, cut: Cut) {
        *self.armed.lock().expect("no panic here") = Some(Armed {
            left: n - 1,
            cut,
            fired: false,
        });
    }

    /// Cuts no more; whether it has cut.
    fn lift(&self) -> bool {
        let armed = self.armed.lock().expect("no panic here").take();
        armed.is_some_and(|armed| armed.fired)
    }
}

/// Carries bytes in both directions until one side ends.
fn join(client: TcpStream, server: UnixStream, armed: &Arc<Mutex<Option<Armed>>>) {
    let _ = client.set_nodelay(true);
    let swallow = Arc::new(AtomicBool::new(false));
    let (mut from_client, mut to_server) = (
        client.try_clone().expect("a stream"),
        server.try_clone().expect("a stream"),
    );
    let (armed, swallows) = (Arc::clone(armed), Arc::clone(&swallow));
    std::thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(length @ 1..) = from_client.read(&mut buffer) {
            let cut = {
                let mut armed = armed.lock().expect("no panic here");
                // Statements count, and not what the pool sends when it pleases: logins, pings (S)
                // and farewells (X).
                let counts = matches!(buffer[0], b'P' | b'B' | b'Q');
                match armed.as_mut().filter(|armed| !armed.fired && counts) {
                    Some(armed) if armed.left == 0 => {
                        armed.fired = true;
                        Some(armed.cut)
                    }
                    Some(armed) => {
                        armed.left -= 1;
                        None
                    }
                    None => None,
                }
            };
            match cut {
                Some(Cut::Before) => break,
                Some(Cut::After) => swallows.store(true, Ordering::SeqCst),
                None => {}
            }
            if to_server.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = from_client.shutdown(Shutdown::Both);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    let (mut from_server, mut to_client) = (server, client);
    std::thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(length @ 1..) = from_server.read(&mut buffer) {
            if swallow.load(Ordering::SeqCst) || to_client.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = from_server.shutdown(Shutdown::Both);
        let _ = to_client.shutdown(Shutdown::Both);
    });
}

/// One operation with one cut; whether there was a message to cut at.
async fn trial(proxy: &Proxy, client: &Client, name: &str, n: u32, cut: Cut) -> Option<Outcome> {
    prepare(client).await;
    proxy.arm(n, cut);
    let outcome = client.ask(&operation(name)).await;
    let fired = proxy.lift();
    let mut tally = Tally::default();
    tally.judge(&outcome, there(&traces(client, name).await));
    client.done(&creation("last", true)).await;
    assert!(!client.find("/v3/users/last").await.is_null());
    assert_eq!(
        tally,
        Tally::default(),
        "{name}, {cut:?} message {n}: {outcome:?}"
    );
    fired.then_some(outcome)
}

#[test]
fn nothing_acknowledged_is_lost_when_a_connection_is_cut() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let proxy = Proxy::before(cluster.socket());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut table = format!(
        "{:<22}{:>10}{:>10}{:>10}{:>10}\n",
        "connections cut", "before", "unknown", "after", "unknown"
    );
    runtime.block_on(async {
        let client = Client::open(&proxy.url()).await.expect("it opens");
        let mut total = 0;
        for name in NAMES {
            let _ = write!(table, "{name:<22}");
            for cut in [Cut::Before, Cut::After] {
                let (mut faults, mut unknown) = (0, 0);
                for n in 1.. {
                    match trial(&proxy, &client, name, n, cut).await {
                        Some(outcome) => {
                            faults += 1;
                            unknown += u32::from(outcome == Outcome::Unknown);
                        }
                        None => break,
                    }
                }
                assert!(unknown > 0, "{name}: a commit was cut {cut:?}");
                total += faults;
                let _ = write!(table, "{faults:>10}{unknown:>10}");
            }
            table.push('\n');
        }
        let _ = write!(table, "{total} cuts: 0 lost rows, 0 phantoms, 0 hangs");
        client.close().await;
    });
    println!("{table}");
    let readme = include_str!("../../../emulator/README.md");
    assert!(
        readme.contains(&table),
        "the README has another table than:\n{table}"
    );
}

async fn read_only(cluster: &Cluster, on: bool) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&cluster.url())
        .await
        .expect("a connection");
    let set = match on {
        true => "ALTER SYSTEM SET default_transaction_read_only = on",
        false => "ALTER SYSTEM SET default_transaction_read_only = off",
    };
    for statement in [
        "SET default_transaction_read_only = off",
        set,
        "SELECT pg_reload_conf()",
    ] {
        connection.execute(statement).await.expect("it is set");
    }
    // A session that begins now has it from the start.
    loop {
        let mut fresh = AnyConnection::connect(&cluster.url())
            .await
            .expect("a connection");
        let made = fresh.execute("CREATE TABLE probe (one INT)").await;
        if made.is_ok() {
            fresh.execute("DROP TABLE probe").await.expect("it goes");
        }
        if made.is_err() == on {
            return;
        }
    }
}

#[test]
fn what_a_read_only_postgresql_refuses_is_refused() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let client = Client::open(&cluster.url()).await.expect("it opens");
        prepare(&client).await;
        client.close().await;
        read_only(&cluster, true).await;
        let said = Client::open(&cluster.url())
            .await
            .err()
            .expect("it cannot write");
        assert!(said.contains("read-only transaction"), "{said}");
        read_only(&cluster, false).await;
        let client = Client::open(&cluster.url()).await.expect("it opens");
        for name in NAMES {
            prepare(&client).await;
            read_only(&cluster, true).await;
            let outcome = client.ask(&operation(name)).await;
            read_only(&cluster, false).await;
            let done = there(&traces(&client, name).await);
            match outcome {
                Outcome::Refused => assert_eq!(done, Some(false), "{name}"),
                // Its session had not heard yet.
                Outcome::Done(_) => assert_eq!(done, Some(true), "{name}"),
                other => panic!("{name}: {other:?}"),
            }
        }
        client.close().await;
    });
}

#[test]
fn nothing_acknowledged_is_lost_when_postgresql_restarts() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let server = Server::on(&cluster.url(), &["--no-seed"]);
    for mode in ["fast", "immediate"] {
        let over = AtomicBool::new(false);
        let replies: Vec<(String, u16, String)> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..8)
                .map(|worker| {
                    let (server, over) = (&server, &over);
                    scope.spawn(move || {
                        let mut connection = Http::open(&server.address).expect("a connection");
                        let mut replies = Vec::new();
                        while !over.load(Ordering::SeqCst) {
                            let uid = format!("{mode}-{worker}-{}", replies.len());
                            let tags = if replies.len() % 2 == 0 {
                                json!(["t"])
                            } else {
                                json!(null)
                            };
                            let user = json!({ "uid": uid, "name": "R", "tags": tags });
                            let request = server.auth("POST", "/users").json(user);
                            let answer = request.send_on(&mut connection).expect("a reply");
                            replies.push((uid, answer.status, answer.text()));
                        }
                        replies
                    })
                })
                .collect();
            cluster.stop(mode);
            cluster.start_again();
            crate::harness::until("it works again", || {
                server.own("GET", "/health").send().status == 200
            });
            over.store(true, Ordering::SeqCst);
            let joined = workers
                .into_iter()
                .map(|worker| worker.join().expect("a worker"));
            joined.flatten().collect()
        });
        for (uid, status, text) in replies {
            let found = server.rest("GET", &format!("/users/{uid}")).send().status;
            match status {
                200 => assert_eq!(found, 200, "{mode}: {uid} is lost"),
                500 if text.contains("outcome is unknown") => {}
                500 => assert_eq!(found, 404, "{mode}: {uid} was refused: {text}"),
                _ => panic!("{mode}: {status} {text}"),
            }
        }
    }
}
