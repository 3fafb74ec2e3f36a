//! Writing: how a change reaches the database, and when its maker may be told.
//!
//! One task writes for the whole process. It takes every change that waits and commits them in one
//! transaction (a group commit), so that the cost of a commit is shared by all clients that write
//! at the same time. A change that fails is rolled back to the savepoint before it and leaves its
//! neighbours alone. Nobody is told "done" before the commit.
//!
//! PostgreSQL has many writers and groups commits by itself: there only creations come through
//! here, because a batch of them becomes one statement; every other change has its own transaction.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use sqlx::{AnyConnection, AnyPool, Connection};
use tokio::sync::{mpsc, oneshot};

use super::totals::Totals;
use super::users::{self, NewUser};
use crate::error::ApiError;

/// The most changes of one transaction. More would let the first of them wait for too long.
const BATCH: usize = 256;

/// What a change is called with, and gives.
pub type Work<T> =
    Box<dyn for<'c> FnOnce(&'c mut AnyConnection) -> BoxFuture<'c, Result<T, ApiError>> + Send>;

/// How much of the database a change touches before it can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// One statement, which either happens or does not: there is nothing to undo.
    Statement,
    /// Several: when a later one fails, the earlier ones have to be undone.
    Several,
}

/// A change without its result's type: it says whether it is to be kept, and how to announce the
/// result once the transaction's fate is known.
struct Job {
    extent: Extent,
    work: JobWork,
}

type JobWork = Box<dyn for<'c> FnOnce(&'c mut AnyConnection) -> BoxFuture<'c, Done> + Send>;

struct Done {
    keep: bool,
    announce: Box<dyn FnOnce(Result<(), ApiError>) + Send>,
}

struct Creation {
    user: NewUser,
    reply: oneshot::Sender<Result<(), ApiError>>,
}

enum Change {
    Create(Box<Creation>),
    Other(Job),
}

/// The sending end: hands changes to the task that writes.
#[derive(Clone)]
pub struct Writer(mpsc::Sender<Change>);

impl Writer {
    /// Starts the task. It ends when the last `Writer` is dropped, with every change that was
    /// handed in written.
    /// Each commit is told to `totals` before anyone learns of it.
    pub fn start(
        pool: AnyPool,
        totals: Option<Arc<Totals>>,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, mut changes) = mpsc::channel(BATCH * 4);
        let task = tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while changes.recv_many(&mut batch, BATCH).await > 0 {
                // Requests that are being read right now come along: a commit costs the same with them.
                tokio::task::yield_now().await;
                while batch.len() < BATCH
                    && let Ok(change) = changes.try_recv()
                {
                    batch.push(change);
                }
                write(&pool, batch.drain(..), totals.as_deref()).await;
            }
        });
        (Writer(sender), task)
    }

    /// Creates a user; returns when that is committed, or with the reason why it is not.
    pub async fn create(&self, user: NewUser) -> Result<(), ApiError> {
        let (reply, verdict) = oneshot::channel();
        self.send(Change::Create(Box::new(Creation { user, reply })))
            .await?;
        verdict.await.map_err(|_| ApiError::Stopping)?
    }

    /// Carries out a change; returns its result once it is committed.
    pub async fn run<T: Send + 'static>(
        &self,
        extent: Extent,
        work: Work<T>,
    ) -> Result<T, ApiError> {
        let (reply, verdict) = oneshot::channel();
        let work: JobWork = Box::new(move |connection| {
            Box::pin(async move {
                let result = work(connection).await;
                Done {
                    keep: result.is_ok(),
                    announce: Box::new(move |committed| {
                        // Nobody waits any more when the client went away: that is no fault.
                        let _ = reply.send(result.and_then(|value| committed.map(|()| value)));
                    }),
                }
            })
        });
        self.send(Change::Other(Job { extent, work })).await?;
        verdict.await.map_err(|_| ApiError::Stopping)?
    }

    async fn send(&self, change: Change) -> Result<(), ApiError> {
        self.0.send(change).await.map_err(|_| ApiError::Stopping)
    }
}

/// Writes a batch and tells everyone in it.
async fn write(pool: &AnyPool, batch: impl Iterator<Item = Change>, totals: Option<&Totals>) {
    let mut creations = Vec::new();
    let mut jobs = Vec::new();
    for change in batch {
        match change {
            Change::Create(creation) => creations.push(*creation),
            Change::Other(job) => jobs.push(job),
        }
    }
    let mut connection = match pool.acquire().await {
        Ok(connection) => connection,
        Err(error) => {
            for creation in creations {
                let _ = creation.reply.send(Err(ApiError::from(&error)));
            }
            // A job is dropped here: its maker learns that no answer will come.
            tracing::error!(%error, "no connection to write with");
            return;
        }
    };
    if !creations.is_empty() {
        create(&mut connection, creations, totals).await;
    }
    if !jobs.is_empty() {
        run(&mut connection, jobs, totals).await;
    }
}

/// Inserts the batch as a whole; when that fails, one by one, so that a single user that the
/// database will not take does not fail its neighbours.
async fn create(
    connection: &mut AnyConnection,
    mut creations: Vec<Creation>,
    totals: Option<&Totals>,
) {
    // Two processes that insert the same uids in another order would wait for each other.
    creations.sort_by(|a, b| a.user.key().cmp(&b.user.key()));
    let (users, replies): (Vec<_>, Vec<_>) = creations
        .into_iter()
        .map(|creation| (creation.user, creation.reply))
        .unzip();
    let inserted = insert(connection, &users).await;
    changed(totals);
    match inserted {
        Ok(taken) => {
            for (at, (user, reply)) in users.iter().zip(replies).enumerate() {
                let _ = reply.send(if taken.contains(&at) {
                    Err(ApiError::UidExists(user.uid.clone()))
                } else {
                    Ok(())
                });
            }
        }
        Err(error) if users.len() == 1 => {
            for reply in replies {
                let _ = reply.send(Err(ApiError::from(&error)));
            }
        }
        Err(_) => {
            for (user, reply) in users.iter().zip(replies) {
                let result = insert(connection, std::slice::from_ref(user)).await;
                changed(totals);
                let _ = reply.send(match result {
                    Ok(taken) if taken.is_empty() => Ok(()),
                    Ok(_) => Err(ApiError::UidExists(user.uid.clone())),
                    Err(error) => Err(ApiError::from(&error)),
                });
            }
        }
    }
}

/// Says that users may have changed: after the commit, or its failure, and before anyone is told.
fn changed(totals: Option<&Totals>) {
    if let Some(totals) = totals {
        totals.changed();
    }
}

/// Inserts users that are sorted by key, in one transaction; returns the places of those whose uid
/// was taken. Nearly always none is: to have the database name each row that it inserts takes longer
/// than the insert, so it is asked to only where it refused them as a whole.
async fn insert(connection: &mut AnyConnection, users: &[NewUser]) -> sqlx::Result<HashSet<usize>> {
    match insert_all(connection, users).await {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            insert_free(connection, users).await
        }
        inserted => inserted.map(|()| HashSet::new()),
    }
}

async fn insert_all(connection: &mut AnyConnection, users: &[NewUser]) -> sqlx::Result<()> {
    if users.iter().all(NewUser::is_one_row) {
        // One statement is a transaction by itself.
        return users::insert_all(connection, users).await;
    }
    let mut transaction = connection.begin().await?;
    users::insert_all(&mut transaction, users).await?;
    for user in users {
        insert_belongings(&mut transaction, user).await?;
    }
    transaction.commit().await
}

async fn insert_free(
    connection: &mut AnyConnection,
    users: &[NewUser],
) -> sqlx::Result<HashSet<usize>> {
    let mut transaction = connection.begin().await?;
    let created = users::insert_free(&mut transaction, users).await?;
    let created: HashSet<(&str, &str)> = created
        .iter()
        .map(|(app, uid)| (app.as_str(), uid.as_str()))
        .collect();
    let mut taken = HashSet::new();
    for (at, user) in users.iter().enumerate() {
        // The second of two equal uids finds the first one there.
        let is_repeated = at > 0 && users[at - 1].key() == user.key();
        if is_repeated || !created.contains(&user.key()) {
            taken.insert(at);
        } else {
            insert_belongings(&mut transaction, user).await?;
        }
    }
    transaction.commit().await?;
    Ok(taken)
}

/// Writes what a new user has besides its row.
async fn insert_belongings(connection: &mut AnyConnection, user: &NewUser) -> sqlx::Result<()> {
    users::insert_tags(connection, user).await?;
    if let Some(token) = &user.auth_token {
        super::tokens::insert(connection, &user.app_id, token).await?;
    }
    Ok(())
}

/// Runs changes in one transaction, each behind a savepoint if there may be something to undo.
async fn run(connection: &mut AnyConnection, jobs: Vec<Job>, totals: Option<&Totals>) {
    let alone = jobs.len() == 1;
    let mut done = Vec::with_capacity(jobs.len());
    let outcome = async {
        if alone && jobs.iter().all(|job| job.extent == Extent::Statement) {
            // One statement is a transaction by itself.
            for job in jobs {
                done.push((job.work)(connection).await);
            }
            return Ok(());
        }
        let mut transaction = connection.begin().await?;
        for job in jobs {
            if job.extent == Extent::Statement {
                done.push((job.work)(&mut transaction).await);
                continue;
            }
            let mut savepoint = transaction.begin().await?;
            let result = (job.work)(&mut savepoint).await;
            if result.keep {
                savepoint.commit().await?;
            } else {
                savepoint.rollback().await?;
            }
            done.push(result);
        }
        transaction.commit().await
    }
    .await;
    changed(totals);
    if let Err(error) = &outcome {
        tracing::error!(%error, "a transaction was not committed");
    }
    for job in done {
        (job.announce)(outcome.as_ref().map(|_| ()).map_err(ApiError::from));
    }
}

/// Runs one change in its own transaction.
pub async fn run_alone<T>(pool: &AnyPool, extent: Extent, work: Work<T>) -> Result<T, ApiError> {
    if extent == Extent::Statement {
        return work(&mut *pool.acquire().await?).await;
    }
    let mut transaction = pool.begin().await?;
    let value = work(&mut transaction).await?;
    transaction.commit().await?;
    Ok(value)
}
