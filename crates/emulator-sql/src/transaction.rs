//! Runs changes in transactions.

use std::collections::VecDeque;

use sqlx::AnyPool;

use crate::change::{Done, End, Extent, Job, Work, refuse};
use crate::failed::Failed;
use crate::lease::{BEGIN, Lease};
use cometchat_emulator::error::{ApiError, Fate};

/// Runs changes in one transaction. Returns the outcome of each, which is only valid if the
/// transaction's own outcome is not an error.
pub async fn run(lease: &mut Lease, jobs: Vec<Job>) -> (Vec<Done>, Result<(), ApiError>) {
    let alone = jobs.len() == 1;
    let mut done = Vec::with_capacity(jobs.len());
    let mut jobs = VecDeque::from(jobs);
    let outcome = match jobs.pop_front_if(|_| alone) {
        Some(job) => run_one(lease, job, &mut done).await,
        None => run_several(lease, &mut jobs, &mut done).await,
    };
    if let Err(error) = &outcome {
        done.append(&mut refuse(jobs, error).await);
    }
    (done, outcome)
}

async fn run_one(lease: &mut Lease, job: Job, done: &mut Vec<Done>) -> Result<(), ApiError> {
    if job.extent == Extent::Several
        && let Err(failed) = lease.begin(BEGIN).await
    {
        let error = ApiError::from(failed);
        done.append(&mut refuse([job], &error).await);
        return Err(error);
    }
    // One statement is its own transaction.
    lease.unsettle();
    let ran = (job.work)(Ok(lease)).await;
    let end = ran.end;
    done.push(ran);
    match (job.extent, end) {
        (Extent::Statement, End::Failed(fate)) => Err(ApiError::Storage(fate).committing()),
        (Extent::Statement, _) => {
            lease.settle();
            Ok(())
        }
        (Extent::Several, End::Succeeded) => lease.end(Ok(())).await,
        (Extent::Several, _) => {
            lease.roll_back().await;
            Ok(())
        }
    }
}

async fn run_several(
    lease: &mut Lease,
    jobs: &mut VecDeque<Job>,
    done: &mut Vec<Done>,
) -> Result<(), ApiError> {
    lease.begin(BEGIN).await?;
    while let Some(job) = jobs.pop_front() {
        let guarded = job.extent == Extent::Several;
        if guarded && let Err(failed) = lease.set_savepoint().await {
            let error = ApiError::from(failed);
            done.append(&mut refuse([job], &error).await);
            return Err(error);
        }
        let ran = (job.work)(Ok(lease)).await;
        let end = ran.end;
        done.push(ran);
        match (guarded, end) {
            // If the savepoint is gone, SQLite has rolled back the whole transaction, and what
            // follows would be committed on its own.
            (true, end) => lease.end_savepoint(end == End::Succeeded).await?,
            (false, End::Failed(_)) => return Err(ApiError::Storage(Fate::Undone)),
            (false, _) => {}
        }
    }
    lease.end(Ok(())).await
}

/// Runs one change in its own transaction.
pub async fn run_alone<T>(pool: &AnyPool, extent: Extent, work: Work<T>) -> Result<T, ApiError> {
    let mut lease = Lease::new(pool.acquire().await.map_err(Failed::inside)?);
    match extent {
        Extent::Statement => {
            lease.unsettle();
            let result = work(&mut lease).await;
            let result = result.map_err(|failure| ApiError::from(failure).committing());
            if !matches!(result, Err(ApiError::Storage(_) | ApiError::CommitUnknown)) {
                lease.settle();
            }
            result
        }
        Extent::Several => {
            lease.begin(BEGIN).await?;
            let result = work(&mut lease).await.map_err(ApiError::from);
            lease.end(result).await
        }
    }
}
