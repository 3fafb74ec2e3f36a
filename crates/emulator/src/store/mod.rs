//! Where the state is kept: SQLite or PostgreSQL, behind one set of statements.
//!
//! Reads take a connection of the pool. Writes go through the [`writer`]. What a statement means
//! stands in the module of its table.

pub mod apps;
pub mod lists;
pub mod roles;
mod schema;
pub mod sql;
pub mod tokens;
mod totals;
pub mod users;
mod writer;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Executor};
use tokio::task::JoinHandle;

use crate::error::ApiError;
use lists::Filter;
use totals::Totals;
use users::User;
use writer::{Extent, Writer};

/// The database that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    pub const fn name(self) -> &'static str {
        match self {
            Backend::Sqlite => "sqlite",
            Backend::Postgres => "postgres",
        }
    }
}

/// Why the database cannot be used; the text names the remedy.
#[derive(Debug)]
pub struct OpenError(String);

impl OpenError {
    pub fn new(message: impl Into<String>) -> Self {
        OpenError(message.into())
    }
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}

/// The emulator's state.
pub struct Store {
    backend: Backend,
    readers: AnyPool,
    writing: AnyPool,
    /// Taken away when the store is closed.
    writer: Mutex<Option<(Writer, JoinHandle<()>)>>,
    /// How many users lists have found, while this process is the only one that writes.
    totals: Option<Arc<Totals>>,
    /// Answers a creation without writing it: what the bench measures the database against.
    discard_creations: bool,
    /// Held while the store is open: a second process is refused.
    _lock: Option<File>,
}

impl Store {
    /// Opens the database that the URL names, brings its schema up to date and starts the writer.
    ///
    /// # Errors
    /// [`OpenError`] when the URL is of no known kind, the database cannot be reached, another
    /// process holds the file, or the file was written by a newer version.
    pub async fn open(url: &str, discard_creations: bool) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let place = Place::parse(url)?;
        let lock = match &place {
            Place::File { path, .. } => Some(lock(path)?),
            _ => None,
        };
        let unreachable = |error: sqlx::Error| {
            OpenError(format!(
                "cannot open the database {}: {error}",
                without_password(url)
            ))
        };
        let options = AnyConnectOptions::from_str(&place.url())
            .map_err(unreachable)?
            .disable_statement_logging();
        let (writing, readers) = match &place {
            // Each connection to :memory: would be a database of its own.
            Place::Memory => {
                let only = sqlite(1).connect_with(options).await.map_err(unreachable)?;
                (only.clone(), only)
            }
            Place::File { .. } => {
                let writing = sqlite(1)
                    .connect_with(options.clone())
                    .await
                    .map_err(unreachable)?;
                let readers = sqlite(4).connect_with(options).await.map_err(unreachable)?;
                (writing, readers)
            }
            Place::Postgres(_) => {
                let both = AnyPoolOptions::new()
                    .max_connections(16)
                    .acquire_timeout(Duration::from_secs(10))
                    .connect_with(options)
                    .await
                    .map_err(unreachable)?;
                (both.clone(), both)
            }
        };
        let backend = place.backend();
        schema::bring_up_to_date(&writing, backend).await?;
        // Others may write to PostgreSQL, and nobody tells us when they do.
        let totals = (backend == Backend::Sqlite).then(Arc::<Totals>::default);
        let (writer, task) = Writer::start(writing.clone(), totals.clone());
        Ok(Store {
            backend,
            readers,
            writing,
            totals,
            writer: Mutex::new(Some((writer, task))),
            discard_creations,
            _lock: lock,
        })
    }

    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// A connection to read with.
    pub async fn reader(&self) -> Result<PoolConnection<Any>, ApiError> {
        Ok(self.readers.acquire().await?)
    }

    /// A page of an app's users, sorted by uid, and how many the filter lets through in all.
    pub async fn list(
        &self,
        app_id: &str,
        filter: Filter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<User>, i64), ApiError> {
        let mut reader = self.reader().await?;
        let Some(totals) = &self.totals else {
            return lists::page(&mut reader, app_id, &filter, limit, offset, None).await;
        };
        let state = totals.state();
        let known = totals.get(app_id, &filter);
        let found = lists::page(&mut reader, app_id, &filter, limit, offset, known).await?;
        if known.is_none() {
            totals.keep(state, app_id, filter, found.1);
        }
        Ok(found)
    }

    /// Carries out a change and returns its result once it is committed; an error undoes it.
    pub async fn write<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut AnyConnection) -> BoxFuture<'c, Result<T, ApiError>>
            + Send
            + 'static,
    {
        self.write_extent(Extent::Several, work).await
    }

    /// Changes an active user and returns it as it is then, once that is committed; `None` when
    /// there is none.
    pub async fn update(
        &self,
        app_id: &str,
        uid: &str,
        changes: users::Changes,
    ) -> Result<Option<User>, ApiError> {
        // Tags have a table of their own.
        let extent = match changes.tags {
            None => Extent::Statement,
            Some(_) => Extent::Several,
        };
        let (app_id, uid) = (app_id.to_owned(), uid.to_owned());
        self.write_extent(extent, move |connection| {
            Box::pin(async move { users::update(connection, &app_id, &uid, changes).await })
        })
        .await
    }

    async fn write_extent<T, F>(&self, extent: Extent, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut AnyConnection) -> BoxFuture<'c, Result<T, ApiError>>
            + Send
            + 'static,
    {
        match self.backend {
            Backend::Sqlite => self.writer()?.run(extent, Box::new(work)).await,
            Backend::Postgres => writer::run_alone(&self.writing, extent, Box::new(work)).await,
        }
    }

    /// Creates a user; returns once that is committed.
    ///
    /// # Errors
    /// [`ApiError::UidExists`] when the app has, or had and only deactivated, a user of this uid.
    pub async fn create(&self, user: users::NewUser) -> Result<(), ApiError> {
        if self.discard_creations {
            return Ok(());
        }
        self.writer()?.create(user).await
    }

    fn writer(&self) -> Result<Writer, ApiError> {
        let writer = self.writer.lock().map_err(|_| ApiError::Stopping)?;
        let (writer, _) = writer.as_ref().ok_or(ApiError::Stopping)?;
        Ok(writer.clone())
    }

    /// Ends the writer after what it has in hand, and closes the connections.
    pub async fn close(&self) {
        let taken = self.writer.lock().ok().and_then(|mut writer| writer.take());
        if let Some((writer, task)) = taken {
            drop(writer);
            let _ = task.await;
        }
        self.readers.close().await;
        self.writing.close().await;
    }
}

fn sqlite(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move {
                // NORMAL is safe against the end of the process, at any moment; only a power cut
                // may take the last commits, and never the file's consistency. The log grows to
                // 16 MB, not 4, before it is copied into the file: each copy waits for the disk.
                connection
                    .execute(
                        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
                         PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; \
                         PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32000",
                    )
                    .await?;
                Ok(())
            })
        })
}

/// What a database URL names.
enum Place {
    Memory,
    File { path: PathBuf, url: String },
    Postgres(String),
}

impl Place {
    fn parse(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Place::Postgres(url.to_owned()));
        }
        let Some(rest) = url.strip_prefix("sqlite:") else {
            return Err(OpenError(format!(
                "the database URL {} is none of sqlite://FILE, sqlite::memory: and postgres://…",
                without_password(url)
            )));
        };
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        if rest == ":memory:" {
            return Ok(Place::Memory);
        }
        let (file, query) = rest.split_once('?').unwrap_or((rest, ""));
        if file.is_empty() {
            return Err(OpenError(format!("the database URL {url} names no file")));
        }
        let path = percent_encoding::percent_decode_str(file).decode_utf8_lossy();
        let mode = if query.contains("mode=") {
            ""
        } else {
            "mode=rwc"
        };
        let between = if query.is_empty() || mode.is_empty() {
            ""
        } else {
            "&"
        };
        Ok(Place::File {
            path: PathBuf::from(path.as_ref()),
            url: format!("sqlite://{file}?{query}{between}{mode}"),
        })
    }

    fn backend(&self) -> Backend {
        match self {
            Place::Postgres(_) => Backend::Postgres,
            _ => Backend::Sqlite,
        }
    }

    fn url(&self) -> String {
        match self {
            Place::Memory => "sqlite::memory:".to_owned(),
            Place::File { url, .. } | Place::Postgres(url) => url.clone(),
        }
    }
}

/// A lock of our own beside the file: SQLite would let two processes in, but each of them keeps
/// the keys in memory and would not see the other's. The system frees it however a process ends.
fn lock(database: &Path) -> Result<File, OpenError> {
    let mut name = database.as_os_str().to_owned();
    name.push("-lock");
    let path = PathBuf::from(name);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| OpenError(format!("cannot open {}: {error}", path.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError(format!(
            "the database {} is in use by another emulator; stop it, or give this one another file \
             with --database-url",
            database.display()
        ))),
        Err(TryLockError::Error(error)) => Err(OpenError(format!(
            "cannot lock {}: {error}",
            path.display()
        ))),
    }
}

/// The URL for messages: without what stands between `:` and `@`.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((login, host)) => {
            let user = login.split_once(':').map_or(login, |(user, _)| user);
            format!("{scheme}://{user}@{host}")
        }
        None => url.to_owned(),
    }
}
