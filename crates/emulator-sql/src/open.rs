//! Opens a database, and says right away if and why it cannot be used.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Executor};

use crate::backend::Backend;
use crate::database_url::{DatabaseUrl, SqliteFile, malformed};
use crate::file::{Changed, DatabaseFile};
use crate::schema;
use cometchat_emulator::store::OpenError;

/// An open database.
pub struct Opened {
    pub backend: Backend,
    pub readers: AnyPool,
    pub writing: AnyPool,
    /// The settings of a connection that writes.
    pub settings: Option<&'static str>,
    pub file: Option<Arc<DatabaseFile>>,
}

/// How long an attempt to reach PostgreSQL may take.
const ATTEMPT: Duration = Duration::from_millis(1_500);

/// How long a request waits for a connection; long enough for a PostgreSQL that restarts.
const ACQUIRE: Duration = Duration::from_secs(5);

/// How many connections read a SQLite file at once.
const READERS: u32 = 4;

/// NORMAL survives the end of the process at any moment; only a power cut may lose the last
/// commits, and never corrupts the file. The log may grow to 16 MB instead of 4 before it is copied
/// into the file, because each copy waits for the disk.
const WRITER_SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
     PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; \
     PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32000";

const READER_SETTINGS: &str = "PRAGMA cache_size = -32000";

/// Opens the database that a URL names and migrates its schema.
pub async fn open(url: &str, wait: Duration) -> Result<Opened, OpenError> {
    sqlx::any::install_default_drivers();
    let parsed = DatabaseUrl::parse(url)?;
    let failed = |error| {
        let why = explained(&error);
        OpenError::new(format!("cannot open the database {parsed}: {why}"))
    };
    match &parsed {
        DatabaseUrl::Memory => {
            let writing = memory().await.map_err(failed)?;
            schema::bring_up_to_date(
                &mut *writing.acquire().await.map_err(failed)?,
                parsed.backend(),
            )
            .await
            .map_err(failed)??;
            Ok(Opened {
                backend: parsed.backend(),
                readers: writing.clone(),
                writing,
                settings: None,
                file: None,
            })
        }
        DatabaseUrl::File(named) => {
            let file = Arc::new(DatabaseFile::open(&named.path, named.create)?);
            let opened = sqlite_file(named, &file).await;
            let opened = opened.map_err(failed).and_then(|opened| opened);
            if opened.is_err() {
                file.remove_if_unused();
            }
            opened
        }
        DatabaseUrl::Postgres(database) => {
            let options = options(&database.url).map_err(failed)?;
            let mut first = reach(&options, wait).await.map_err(|error| match error {
                // The driver's message may contain any part of the URL.
                Some(sqlx::Error::Configuration(_)) => malformed(),
                Some(error) => failed(error),
                None => OpenError::new(format!(
                    "cannot open the database {parsed}: no answer within {ATTEMPT:?}"
                )),
            })?;
            schema::bring_up_to_date(&mut first, parsed.backend())
                .await
                .map_err(failed)??;
            let _ = first.close().await;
            let both = AnyPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(ACQUIRE)
                .connect_lazy_with(options);
            Ok(Opened {
                backend: parsed.backend(),
                readers: both.clone(),
                writing: both,
                settings: None,
                file: None,
            })
        }
    }
}

fn options(url: &str) -> sqlx::Result<AnyConnectOptions> {
    Ok(AnyConnectOptions::from_str(url)?.disable_statement_logging())
}

fn sqlite() -> AnyPoolOptions {
    AnyPoolOptions::new()
        .acquire_timeout(ACQUIRE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// A database in memory lives as long as one of its connections. One connection works; a second,
/// idle one keeps the data if the first has to be closed.
async fn memory() -> sqlx::Result<AnyPool> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let options = options(&format!(
        "sqlite://cometchat-emulator-{number}?mode=memory&cache=shared"
    ))?;
    let mut anchor = Some(AnyConnection::connect_with(&options).await?);
    let pool = sqlite().max_connections(1).connect_with(options).await?;
    let closing = pool.clone();
    tokio::spawn(async move {
        closing.close_event().await;
        drop(anchor.take());
    });
    Ok(pool)
}

async fn sqlite_file(
    named: &SqliteFile,
    file: &Arc<DatabaseFile>,
) -> sqlx::Result<Result<Opened, OpenError>> {
    let options = options(&named.url(file.path()))?;
    // Not from a pool: a pool would retry for half a minute.
    let mut first = AnyConnection::connect_with(&options).await?;
    let opened = set_up(&mut first, file, options).await;
    // Waits until the files beside the database are gone, if this was the only connection.
    let _ = first.close().await;
    opened
}

async fn set_up(
    first: &mut AnyConnection,
    file: &Arc<DatabaseFile>,
    options: AnyConnectOptions,
) -> sqlx::Result<Result<Opened, OpenError>> {
    first.execute(WRITER_SETTINGS).await?;
    if let Err(error) = schema::bring_up_to_date(first, Backend::Sqlite).await? {
        return Ok(Err(error));
    }
    file.watch_log();
    // The pool may outlive the store for a moment; the lock on the file must not.
    let watched = Arc::downgrade(file);
    let readers = sqlite()
        .max_connections(READERS)
        .after_connect(move |connection, _| {
            let watched = watched.upgrade();
            let intact = watched.map_or(Err(Changed("closed")), |file| file.check());
            Box::pin(async move {
                intact.map_err(|changed| std::io::Error::other(changed.0))?;
                // Without this, the connection only reads more often.
                let _ = connection.execute(READER_SETTINGS).await;
                Ok(())
            })
        })
        .connect_lazy_with(options.clone());
    // All from the start: one that is opened later might open another file.
    let mut opened = Vec::new();
    for _ in 0..READERS {
        opened.push(readers.acquire().await?);
    }
    drop(opened);
    let writing = sqlite().max_connections(1).connect_lazy_with(options);
    Ok(Ok(Opened {
        backend: Backend::Sqlite,
        readers,
        writing,
        settings: Some(WRITER_SETTINGS),
        file: Some(Arc::clone(file)),
    }))
}

/// Connects to PostgreSQL, and retries for as long as `wait`. `None` as the error means that there
/// was no answer.
async fn reach(
    options: &AnyConnectOptions,
    wait: Duration,
) -> Result<AnyConnection, Option<sqlx::Error>> {
    let start = Instant::now();
    loop {
        let attempt = tokio::time::timeout(ATTEMPT, AnyConnection::connect_with(options)).await;
        let error = match attempt {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => Some(error),
            Err(_) => None,
        };
        let may_come = error.as_ref().is_none_or(may_come);
        if !may_come || start.elapsed() >= wait {
            return Err(error);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Whether waiting may help: the server is starting, or not there yet.
fn may_come(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code == "57P03"),
        _ => false,
    }
}

/// The database's own message, with what to do where that is not obvious.
fn explained(error: &sqlx::Error) -> String {
    const CORRUPT: i64 = 11;
    const NOT_A_DATABASE: i64 = 26;
    let code = match error {
        sqlx::Error::Database(error) => error.code(),
        _ => None,
    };
    let code = code.and_then(|code| code.parse::<i64>().ok());
    match code.map(|code| code & 0xff) {
        Some(CORRUPT | NOT_A_DATABASE) => format!(
            "the file is damaged ({error}); it is left as it is: put a copy in its place, or give \
             another file with --database-url"
        ),
        _ => error.to_string(),
    }
}
