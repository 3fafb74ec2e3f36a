//! The writer: commits changes, and sends each result only after the commit.
//!
//! One task writes for the whole process. It takes all waiting changes and commits them in one
//! transaction (group commit), so that all clients that write at the same time share its cost. A
//! change that fails is rolled back to the savepoint before it and does not affect the others.
//!
//! PostgreSQL has concurrent writers and groups commits by itself: only creations come through
//! here, because a batch of them becomes one statement. Every other change has its own transaction.

use tokio::sync::{mpsc, oneshot};

use crate::batch::BatchWriter;
use crate::change::{Change, Creation, Done, End, Extent, Job, JobWork, Work};
use cometchat_emulator::error::ApiError;
use cometchat_emulator::store::user::NewUser;

/// The most changes in a transaction. With more, the first would wait too long.
const BATCH: usize = 256;

/// The handle that sends changes to the writing task.
#[derive(Clone)]
pub struct Writer(mpsc::Sender<Change>);

impl Writer {
    /// Starts the task. It ends once the last `Writer` is dropped and all changes are written.
    pub fn start(mut writing: BatchWriter) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, mut changes) = mpsc::channel(BATCH * 4);
        let task = tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while changes.recv_many(&mut batch, BATCH).await > 0 {
                // Lets requests that are just being read join the batch, which costs nothing more.
                tokio::task::yield_now().await;
                while batch.len() < BATCH
                    && let Ok(change) = changes.try_recv()
                {
                    batch.push(change);
                }
                writing.write(batch.drain(..)).await;
            }
        });
        (Writer(sender), task)
    }

    /// Creates a user; returns once that is committed, or the reason why it is not.
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
                let result = match connection {
                    Ok(connection) => work(connection).await.map_err(ApiError::from),
                    Err(error) => Err(error),
                };
                Done {
                    end: match &result {
                        Ok(_) => End::Succeeded,
                        Err(ApiError::Storage(fate)) => End::Failed(*fate),
                        Err(_) => End::Refused,
                    },
                    announce: Box::new(move |committed| {
                        // A refusal that is due to another change in the batch depends on its
                        // commit.
                        let result = committed.and(result);
                        // If the client went away, nobody waits for the result.
                        let _ = reply.send(result);
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
