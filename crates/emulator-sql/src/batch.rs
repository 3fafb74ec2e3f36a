//! Writes batches of changes, each in one transaction.

use std::collections::HashSet;
use std::sync::Arc;

use sqlx::{AnyConnection, AnyPool, Executor};

use crate::change::{Change, Creation, Job, refuse};
use crate::failed::Failed;
use crate::file::{Changed, DatabaseFile};
use crate::lease::{BEGIN, Lease};
use crate::totals::Totals;
use crate::{tokens, transaction, users};
use cometchat_emulator::error::{ApiError, Fate};
use cometchat_emulator::store::user::NewUser;

/// What the writing task works with.
pub struct BatchWriter {
    pub pool: AnyPool,
    /// The settings of a new connection.
    pub settings: Option<&'static str>,
    /// The file of a SQLite database. Its pool has one connection, which the task keeps.
    pub file: Option<Arc<DatabaseFile>>,
    /// Told of each commit before any result is sent.
    pub totals: Option<Arc<Totals>>,
    /// The writer's connection between two batches.
    pub idle: Option<Lease>,
}

impl BatchWriter {
    /// Writes a batch and sends the results.
    pub async fn write(&mut self, batch: impl Iterator<Item = Change>) {
        let mut creations = Vec::new();
        let mut jobs = Vec::new();
        for change in batch {
            match change {
                Change::Create(creation) => creations.push(*creation),
                Change::Other(job) => jobs.push(job),
            }
        }
        if !creations.is_empty() {
            self.create(creations).await;
        }
        if !jobs.is_empty() {
            self.run(jobs).await;
        }
    }

    /// A connection outside of any transaction, to the file that was opened at the start.
    pub async fn lease(&mut self) -> Result<Lease, ApiError> {
        if let Some(lease) = self.idle.take() {
            // What is written next could hide that something is missing from the log.
            self.check_file(DatabaseFile::check_log)?;
            return Ok(lease);
        }
        self.check_file(DatabaseFile::check)?;
        let mut lease = Lease::new(self.pool.acquire().await.map_err(Failed::inside)?);
        if let Some(settings) = self.settings {
            lease.unsettle();
            lease.execute(settings).await.map_err(Failed::inside)?;
            lease.settle();
        }
        Ok(lease)
    }

    /// Keeps the connection for the next batch, unless others need it.
    fn keep(&mut self, lease: Lease) {
        if self.file.is_some() && lease.is_settled() {
            self.idle = Some(lease);
        }
    }

    fn check_file(&self, check: fn(&DatabaseFile) -> Result<(), Changed>) -> Result<(), ApiError> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        check(file).map_err(|changed| {
            tracing::error!(
                file = %file.path().display(),
                "the database file was {}: nothing is written any more", changed.0
            );
            ApiError::FileChanged(changed.0)
        })
    }

    /// Called after a commit, successful or not, and before any result is sent: users may have
    /// changed, and what was written counts only if the next process finds it.
    fn committed(&self) -> Result<(), ApiError> {
        if let Some(totals) = &self.totals {
            totals.changed();
        }
        self.check_file(DatabaseFile::check)
    }

    /// Inserts the batch as a whole. If that fails, inserts users one by one, so that one that the
    /// database rejects does not fail the others.
    async fn create(&mut self, mut creations: Vec<Creation>) {
        // Two processes that insert the same uids in different orders would deadlock.
        creations.sort_by(|a, b| a.user.key().cmp(&b.user.key()));
        let (users, replies): (Vec<_>, Vec<_>) = creations
            .into_iter()
            .map(|creation| (creation.user, creation.reply))
            .unzip();
        let mut results = self.insert(&users).await;
        if users.len() > 1 && results.iter().all(is_undone) {
            results.clear();
            for user in &users {
                results.append(&mut self.insert(std::slice::from_ref(user)).await);
            }
        }
        let committed = self.committed();
        for (result, reply) in results.into_iter().zip(replies) {
            let _ = reply.send(committed.clone().and(result));
        }
    }

    /// Inserts users, sorted by key, in one transaction; returns the result of each.
    async fn insert(&mut self, users: &[NewUser]) -> Vec<Result<(), ApiError>> {
        let inserted = match self.lease().await {
            Ok(mut lease) => {
                let inserted = insert(&mut lease, users).await;
                self.keep(lease);
                inserted.map_err(ApiError::from)
            }
            Err(error) => Err(error),
        };
        let result = |(at, user): (usize, &NewUser)| match &inserted {
            Ok(taken) if taken.contains(&at) => Err(ApiError::UidExists(user.uid.clone())),
            Ok(_) => Ok(()),
            Err(error) => Err(error.clone()),
        };
        users.iter().enumerate().map(result).collect()
    }

    /// Runs changes in one transaction, each behind a savepoint if it may have to be undone.
    async fn run(&mut self, jobs: Vec<Job>) {
        let (done, outcome) = match self.lease().await {
            Ok(mut lease) => {
                let ran = transaction::run(&mut lease, jobs).await;
                self.keep(lease);
                ran
            }
            Err(error) => (refuse(jobs, &error).await, Err(error)),
        };
        let committed = self.committed();
        for job in done {
            (job.announce)(outcome.clone().and(committed.clone()));
        }
    }
}

fn is_undone(result: &Result<(), ApiError>) -> bool {
    matches!(result, Err(ApiError::Storage(Fate::Undone)))
}

/// Inserts users, sorted by key, in one transaction; returns the indexes of those whose uid was
/// taken. That is rare, and having the database return each inserted row takes longer than the
/// insert, so it is only done after an insert of all has failed.
async fn insert(lease: &mut Lease, users: &[NewUser]) -> Result<HashSet<usize>, Failed> {
    match insert_all(lease, users).await {
        Err(failed) if lease.is_settled() && failed.is_unique_violation() => {
            lease.begin(BEGIN).await?;
            let inserted = insert_free(lease, users).await;
            lease.end(inserted.map_err(Failed::inside)).await
        }
        inserted => inserted.map(|()| HashSet::new()),
    }
}

/// Whether the row in `users` is all there is to insert.
fn is_one_row(user: &NewUser) -> bool {
    user.tags.is_empty() && user.auth_token.is_none()
}

async fn insert_all(lease: &mut Lease, users: &[NewUser]) -> Result<(), Failed> {
    if users.iter().all(is_one_row) {
        // One statement is its own transaction.
        lease.unsettle();
        let inserted = users::insert_all(lease, users).await;
        let inserted = inserted.map_err(Failed::at_commit);
        if inserted.is_ok() || inserted.as_ref().is_err_and(Failed::is_unique_violation) {
            lease.settle();
        }
        return inserted;
    }
    lease.begin(BEGIN).await?;
    let inserted = async {
        users::insert_all(lease, users).await?;
        for user in users {
            insert_belongings(lease, user).await?;
        }
        Ok(())
    }
    .await;
    lease.end(inserted.map_err(Failed::inside)).await
}

async fn insert_free(
    connection: &mut AnyConnection,
    users: &[NewUser],
) -> sqlx::Result<HashSet<usize>> {
    let created = users::insert_free(connection, users).await?;
    let created: HashSet<(&str, &str)> = created
        .iter()
        .map(|(app, uid)| (app.as_str(), uid.as_str()))
        .collect();
    let mut taken = HashSet::new();
    for (at, user) in users.iter().enumerate() {
        // The second of two equal uids conflicts with the first.
        let is_repeated = at > 0 && users[at - 1].key() == user.key();
        if is_repeated || !created.contains(&user.key()) {
            taken.insert(at);
        } else {
            insert_belongings(connection, user).await?;
        }
    }
    Ok(taken)
}

/// Inserts a new user's tags and token.
async fn insert_belongings(connection: &mut AnyConnection, user: &NewUser) -> sqlx::Result<()> {
    users::insert_tags(connection, user).await?;
    if let Some(token) = &user.auth_token {
        tokens::insert(connection, &user.app_id, token).await?;
    }
    Ok(())
}
