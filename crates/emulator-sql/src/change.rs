//! A change on its way to the database: the work, and whom to send its result.

use futures_util::future::BoxFuture;
use sqlx::AnyConnection;
use tokio::sync::oneshot;

use crate::failed::Failure;
use cometchat_emulator::error::{ApiError, Fate};
use cometchat_emulator::store::user::NewUser;

/// The work of a change: is called with a connection, and returns a result.
pub type Work<T> =
    Box<dyn for<'c> FnOnce(&'c mut AnyConnection) -> BoxFuture<'c, Result<T, Failure>> + Send>;

/// How much of the database a change touches before it can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// One statement, which happens or does not: there is nothing to undo.
    Statement,
    /// Several: if a later one fails, the earlier ones have to be undone.
    Several,
}

/// A change with its result's type erased. It is called with a connection, or with the reason why
/// there is none.
pub struct Job {
    pub extent: Extent,
    pub work: JobWork,
}

pub type JobWork =
    Box<dyn for<'c> FnOnce(Result<&'c mut AnyConnection, ApiError>) -> BoxFuture<'c, Done> + Send>;

/// A change that was carried out or refused, but is not committed yet.
pub struct Done {
    pub end: End,
    pub announce: Box<dyn FnOnce(Result<(), ApiError>) + Send>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Succeeded,
    /// Refused for a reason of its own, such as a missing user.
    Refused,
    /// The database failed.
    Failed(Fate),
}

pub struct Creation {
    pub user: NewUser,
    pub reply: oneshot::Sender<Result<(), ApiError>>,
}

pub enum Change {
    Create(Box<Creation>),
    Other(Job),
}

/// Sends an error to jobs that are not run.
pub async fn refuse(jobs: impl IntoIterator<Item = Job>, error: &ApiError) -> Vec<Done> {
    let mut done = Vec::new();
    for job in jobs {
        done.push((job.work)(Err(error.clone())).await);
    }
    done
}
