//! What a failed statement means: was the change undone, or is its outcome unknown?

use cometchat_emulator::error::{ApiError, Fate};

/// A change that failed.
#[derive(Debug)]
pub struct Failed {
    pub error: sqlx::Error,
    pub fate: Fate,
}

impl Failed {
    /// Within a transaction that is not committed afterwards, so all of it is undone.
    pub fn inside(error: sqlx::Error) -> Self {
        Failed {
            error,
            fate: Fate::Undone,
        }
    }

    /// During a commit, or in a statement that is its own transaction.
    pub fn at_commit(error: sqlx::Error) -> Self {
        Failed {
            fate: fate(&error),
            error,
        }
    }

    pub fn is_unique_violation(&self) -> bool {
        let error = self.error.as_database_error();
        error.is_some_and(|error| error.is_unique_violation())
    }
}

impl From<Failed> for ApiError {
    fn from(failed: Failed) -> Self {
        tracing::error!(error = %failed.error, "the database failed");
        ApiError::Storage(failed.fate).committing()
    }
}

impl From<&Failed> for ApiError {
    fn from(failed: &Failed) -> Self {
        tracing::error!(error = %failed.error, "the database failed");
        ApiError::Storage(failed.fate).committing()
    }
}

/// Why a change or a read is not carried out: the database failed, or there is another reason.
#[derive(Debug)]
pub struct Failure(pub ApiError);

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(%error, "the database failed");
        Failure(ApiError::Storage(fate(&error)))
    }
}

impl From<ApiError> for Failure {
    fn from(reason: ApiError) -> Self {
        Failure(reason)
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        failure.0
    }
}

/// The fate of a change whose commit failed with this error.
pub fn fate(error: &sqlx::Error) -> Fate {
    match error {
        // No statement was sent.
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Configuration(_) => {
            Fate::Undone
        }
        sqlx::Error::Database(error) => match error.code() {
            Some(state) if state.len() == 5 => postgres(&state),
            Some(code) => code.parse().map_or(Fate::Unknown, sqlite),
            None => Fate::Unknown,
        },
        // Usually a connection that broke after the statement was sent.
        _ => Fate::Unknown,
    }
}

/// By SQLSTATE. With any other, the server says that it has rolled back the transaction.
fn postgres(state: &str) -> Fate {
    const CONNECTION: &str = "08";
    const SHUTDOWN: &str = "57P";
    const SYSTEM: &str = "58";
    const INTERNAL: &str = "XX";
    let unknown = [CONNECTION, SHUTDOWN, SYSTEM, INTERNAL];
    match unknown.iter().any(|class| state.starts_with(class)) {
        true => Fate::Unknown,
        false => Fate::Undone,
    }
}

/// By result code. After an I/O error, the commit record may or may not be in the log.
fn sqlite(code: i64) -> Fate {
    const ERROR: i64 = 1;
    const BUSY: i64 = 5;
    const LOCKED: i64 = 6;
    const READONLY: i64 = 8;
    const FULL: i64 = 13;
    const CANTOPEN: i64 = 14;
    const TOOBIG: i64 = 18;
    const CONSTRAINT: i64 = 19;
    // The other bits of an extended code are details.
    match code & 0xff {
        ERROR | BUSY | LOCKED | READONLY | FULL | CANTOPEN | TOOBIG | CONSTRAINT => Fate::Undone,
        _ => Fate::Unknown,
    }
}
