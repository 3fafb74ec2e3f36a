//! An open database: connections to read with, and changes that are carried out in transactions.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Executor};
use tokio::task::JoinHandle;

use cometchat_emulator::error::ApiError;
use cometchat_emulator::store::OpenError;
use cometchat_emulator::store::filter::{Filter, Order};
use cometchat_emulator::store::user::{NewUser, User};

use crate::backend::Backend;
use crate::batch::BatchWriter;
use crate::change::{Extent, Work};
use crate::failed::Failure;
use crate::file::DatabaseFile;
use crate::lease::{BEGIN, Lease};
use crate::lists::List;
use crate::totals::Totals;
use crate::writer::Writer;
use crate::{open, schema, transaction};

pub struct Database {
    backend: Backend,
    readers: AnyPool,
    writing: AnyPool,
    /// `None` once the store is closed.
    writer: Mutex<Option<(Writer, JoinHandle<()>)>>,
    /// The totals of lists, if this process is the only one that writes.
    totals: Option<Arc<Totals>>,
    /// Creations are answered without being written: the benchmark compares the database with that.
    discard_creations: bool,
    /// Locked until the store is closed. The last field, since it must be dropped after the
    /// connections.
    file: Mutex<Option<Arc<DatabaseFile>>>,
}

impl Database {
    /// Opens the database, migrates its schema and starts the writer. Waits up to `wait` for a
    /// PostgreSQL that does not answer yet.
    ///
    /// # Errors
    /// [`OpenError`] if the URL is not supported, the database cannot be reached or written,
    /// another process uses the file, or a newer version wrote it.
    pub async fn open(
        url: &str,
        wait: Duration,
        discard_creations: bool,
    ) -> Result<Self, OpenError> {
        let opened = open::open(url, wait).await?;
        // Other processes may write to PostgreSQL without our knowledge.
        let totals = (opened.backend == Backend::Sqlite).then(Arc::<Totals>::default);
        let (writer, task) = Writer::start(BatchWriter {
            pool: opened.writing.clone(),
            settings: opened.settings,
            file: opened.file.clone(),
            totals: totals.clone(),
            idle: None,
        });
        Ok(Database {
            backend: opened.backend,
            readers: opened.readers,
            writing: opened.writing,
            totals,
            writer: Mutex::new(Some((writer, task))),
            discard_creations,
            file: Mutex::new(opened.file),
        })
    }

    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// A connection to read with.
    pub async fn reader(&self) -> Result<PoolConnection<Any>, Failure> {
        Ok(self.readers.acquire().await?)
    }

    /// Reads a consistent snapshot of the database.
    pub async fn read_one_moment<T>(&self, work: Work<T>) -> Result<T, ApiError> {
        let mut lease = Lease::new(self.reader().await?);
        // SQLite's transactions always see one snapshot; PostgreSQL's only at this level.
        let begin = match self.backend {
            Backend::Sqlite => BEGIN,
            Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        lease.begin(begin).await?;
        let read = work(&mut lease).await;
        // There is nothing to commit.
        lease.roll_back().await;
        Ok(read?)
    }

    /// Whether the database can be written and read.
    pub async fn check(&self) -> Result<(), ApiError> {
        self.write(Extent::Statement, |connection| {
            Box::pin(async move {
                connection.execute(schema::TOUCH).await?;
                Ok(())
            })
        })
        .await?;
        let mut reader = self.reader().await?;
        reader.execute(schema::LOOK).await.map_err(Failure::from)?;
        Ok(())
    }

    /// A page of an app's users, sorted by uid, and the total number that match the filter.
    pub async fn list(
        &self,
        app_id: &str,
        filter: Filter,
        order: Order,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<User>, i64), ApiError> {
        let mut reader = self.reader().await?;
        let list = List::new(app_id, &filter, order);
        let Some(totals) = &self.totals else {
            let found = list.page(&mut reader, limit, offset, None).await;
            return Ok(found?);
        };
        let revision = totals.revision();
        let known = totals.get(app_id, &filter);
        let found = list.page(&mut reader, limit, offset, known).await?;
        if known.is_none() {
            totals.keep(revision, app_id, filter, found.1);
        }
        Ok(found)
    }

    /// Carries out a change and returns its result once it is committed; an error rolls it back.
    pub async fn write<T, F>(&self, extent: Extent, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut AnyConnection) -> BoxFuture<'c, Result<T, Failure>>
            + Send
            + 'static,
    {
        match self.backend {
            Backend::Sqlite => self.writer()?.run(extent, Box::new(work)).await,
            Backend::Postgres => {
                transaction::run_alone(&self.writing, extent, Box::new(work)).await
            }
        }
    }

    /// Creates a user; returns once that is committed.
    ///
    /// # Errors
    /// [`ApiError::UidExists`] if the app has an active or deactivated user with this uid.
    pub async fn create(&self, user: NewUser) -> Result<(), ApiError> {
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

    /// Finishes the writes in progress, and closes the connections.
    pub async fn close(&self) {
        let taken = self.writer.lock().ok().and_then(|mut writer| writer.take());
        if let Some((writer, task)) = taken {
            drop(writer);
            let _ = task.await;
        }
        // A stuck request must not keep the process from ending.
        let closed = async {
            self.readers.close().await;
            self.writing.close().await;
        };
        let closed = tokio::time::timeout(CLOSING, closed).await;
        if closed.is_ok()
            && let Ok(mut file) = self.file.lock()
        {
            file.take();
        }
    }
}

/// How long requests may keep their connections once the store is closed.
const CLOSING: Duration = Duration::from_secs(1);
