//! The disk under SQLite fails at each of its calls in turn: what was acknowledged is there, now and
//! after a restart, what was refused is not, and the next request works once the disk does.
//!
//! `cargo test -p cometchat-emulator-server --test it disk_faults -- --nocapture` prints what was tried.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::faulty_vfs::{self, Control, Failure, Lasting};
use crate::harness::Folder;
use crate::operations::{
    Client, NAMES, Outcome, Tally, asked, creation, operation, prepare, there, traces,
};

const KINDS: &[(Failure, Lasting)] = &[
    (Failure::Full, Lasting::Once),
    (Failure::Full, Lasting::UntilLifted),
    (Failure::Device, Lasting::Once),
    (Failure::Device, Lasting::UntilLifted),
    (Failure::Told, Lasting::Once),
];

fn url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("emulator.db").display())
}

fn faulty_url(folder: &Path) -> String {
    format!("{}?vfs={}", url(folder), faulty_vfs::NAME)
}

/// One operation with one fault, and some creations after it; `None` when the operation has fewer
/// calls.
async fn trial(
    folder: &Path,
    base: &Path,
    name: &str,
    n: u32,
    (failure, lasting): (Failure, Lasting),
) -> Option<Tally> {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        std::fs::remove_file(entry.path()).expect("an old file goes");
    }
    std::fs::copy(base, folder.join("emulator.db")).expect("a copy");
    let control = Control::over(folder);
    let client = Client::open(&faulty_url(folder)).await;
    let client = client.expect("it opens while nothing fails");
    control.arm(n, failure, lasting);
    let outcome = client.ask(&operation(name)).await;
    let fired = control.has_fired();
    // What comes after a failure is where a connection in an unknown state does its harm.
    let mut later = Vec::new();
    for (number, tagged) in [true, false, true].into_iter().enumerate() {
        let uid = format!("late-{number}");
        let outcome = client.ask(&creation(&uid, tagged)).await;
        later.push((uid, outcome));
    }
    control.lift();
    let last = client.ask(&creation("last", true)).await;
    assert!(
        matches!(last, Outcome::Done(_)),
        "{name}, call {n}, {failure:?} {lasting:?}: the next request fails: {last:?}"
    );
    later.push(("last".to_owned(), last));
    let mut tally = Tally {
        faults: usize::from(fired),
        ..Tally::default()
    };
    judge(&mut tally, &client, name, &outcome, &later).await;
    client.close().await;
    let client = Client::open(&url(folder)).await.expect("it starts again");
    judge(&mut tally, &client, name, &outcome, &later).await;
    client.close().await;
    assert_eq!(
        tally,
        Tally {
            faults: tally.faults,
            ..Tally::default()
        },
        "{name}, call {n}, {failure:?} {lasting:?}: {outcome:?}, then {later:?}"
    );
    fired.then_some(tally)
}

async fn judge(
    tally: &mut Tally,
    client: &Client,
    name: &str,
    outcome: &Outcome,
    later: &[(String, Outcome)],
) {
    tally.judge(outcome, there(&traces(client, name).await));
    for (uid, outcome) in later {
        let found = client.find(&format!("/v3/users/{uid}")).await;
        tally.judge(outcome, Some(!found.is_null()));
    }
}

/// Tries an operation with each kind of fault, at each call.
fn try_all(folder: &Path, base: &Path, name: &str) -> Vec<usize> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    KINDS
        .iter()
        .map(|kind| {
            let mut faults = 0;
            for n in 1.. {
                match runtime.block_on(trial(folder, base, name, n, *kind)) {
                    Some(tally) => faults += tally.faults,
                    None => break,
                }
            }
            faults
        })
        .collect()
}

#[test]
fn nothing_acknowledged_is_lost_when_the_disk_fails() {
    let base = Folder::new();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let client = Client::open(&url(base.path())).await.expect("it opens");
        prepare(&client).await;
        client.close().await;
    });
    let file = base.path().join("emulator.db");
    let next = AtomicUsize::new(0);
    let found = Mutex::new(vec![Vec::new(); NAMES.len()]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let folder = Folder::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(name) = NAMES.get(at) else { break };
                    let faults = try_all(folder.path(), &file, name);
                    found.lock().expect("no panic here")[at] = faults;
                }
            });
        }
    });
    let found = found.into_inner().expect("no panic here");
    let mut table = format!(
        "{:<22}{:>10}{:>14}{:>14}{:>18}{:>16}\n",
        "calls that failed",
        "full once",
        "full, lasting",
        "error once",
        "error, lasting",
        "told as failed"
    );
    let mut total = 0;
    for (name, faults) in NAMES.iter().zip(&found) {
        assert!(faults.iter().all(|count| *count > 0), "{name}: {faults:?}");
        total += faults.iter().sum::<usize>();
        let _ = writeln!(
            table,
            "{name:<22}{:>10}{:>14}{:>14}{:>18}{:>16}",
            faults[0], faults[1], faults[2], faults[3], faults[4]
        );
    }
    let _ = write!(table, "{total} faults: 0 lost rows, 0 phantoms, 0 hangs");
    println!("{table}");
    let readme = include_str!("../../../emulator/README.md");
    assert!(
        readme.contains(&table),
        "the README has another table than:\n{table}"
    );
}

#[test]
fn a_start_on_a_full_disk_says_so_and_leaves_the_file_as_it_was() {
    let folder = Folder::new();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let client = Client::open(&url(folder.path())).await.expect("it opens");
        client
            .done(&asked(
                "POST",
                "/__emulator/seed",
                serde_json::json!({ "count": 5 }),
            ))
            .await;
        client.close().await;
        let before = std::fs::read(folder.path().join("emulator.db")).expect("a file");
        let control = Control::over(folder.path());
        control.arm(3, Failure::Full, Lasting::UntilLifted);
        let refused = Client::open(&faulty_url(folder.path())).await;
        let error = refused.err().expect("it does not start");
        assert!(error.contains("cannot open the database"), "{error}");
        assert!(control.lift());
        assert!(before == std::fs::read(folder.path().join("emulator.db")).expect("a file"));
        let client = Client::open(&url(folder.path()))
            .await
            .expect("it starts again");
        assert!(!client.find("/v3/users/user-5").await.is_null());
        client.close().await;
    });
}
