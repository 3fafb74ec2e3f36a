//! A connection for one piece of work. It is reused only if it is known to be outside of any
//! transaction; otherwise it is closed, which ends a transaction that is still open.
//!
//! SQLite ends a transaction by itself when the disk is full, and sqlx goes on counting it. That does
//! no harm here: the next statement that ends a transaction or a savepoint fails, and a connection on
//! which one failed is closed.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Database, SqlSafeStr};
use sqlx_core::transaction::TransactionManager;

use crate::failed::Failed;

/// Begins an ordinary transaction.
pub const BEGIN: &str = "BEGIN";

type Transactions = <Any as Database>::TransactionManager;

#[derive(Debug)]
pub struct Lease {
    connection: PoolConnection<Any>,
    /// Whether a transaction may be open.
    open: bool,
}

impl Lease {
    pub fn new(connection: PoolConnection<Any>) -> Self {
        Lease {
            connection,
            open: false,
        }
    }

    /// Whether the connection can be reused.
    pub fn is_settled(&self) -> bool {
        !self.open
    }

    /// From here on, the connection will be closed unless [`Lease::settle`] is called.
    pub fn unsettle(&mut self) {
        self.open = true;
    }

    /// Marks the connection as outside of a transaction.
    pub fn settle(&mut self) {
        self.open = false;
    }

    /// Begins a transaction.
    pub async fn begin(&mut self, statement: &'static str) -> Result<(), Failed> {
        self.unsettle();
        let statement = statement.into_sql_str();
        let begun = Transactions::begin(&mut self.connection, Some(statement)).await;
        begun.map_err(Failed::inside)
    }

    /// Marks a place within a transaction, to which a change can be undone.
    pub async fn set_savepoint(&mut self) -> Result<(), Failed> {
        let set = Transactions::begin(&mut self.connection, None).await;
        set.map_err(Failed::inside)
    }

    /// Keeps what was done since the last savepoint, or undoes it.
    pub async fn end_savepoint(&mut self, keep: bool) -> Result<(), Failed> {
        let ended = match keep {
            true => Transactions::commit(&mut self.connection).await,
            false => Transactions::rollback(&mut self.connection).await,
        };
        ended.map_err(Failed::inside)
    }

    /// Ends a transaction: commits a success, rolls back an error.
    pub async fn end<T, E: From<Failed>>(&mut self, result: Result<T, E>) -> Result<T, E> {
        match result {
            Ok(value) => {
                let committed = Transactions::commit(&mut self.connection).await;
                committed.map_err(Failed::at_commit)?;
                self.settle();
                Ok(value)
            }
            Err(error) => {
                self.roll_back().await;
                Err(error)
            }
        }
    }

    /// Rolls back a transaction. If that fails, the connection is closed, which rolls back as well.
    pub async fn roll_back(&mut self) {
        if Transactions::rollback(&mut self.connection).await.is_ok() {
            self.settle();
        }
    }
}

impl Deref for Lease {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.connection
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }
}

impl Drop for Lease {
    /// Also runs when a request is dropped halfway.
    fn drop(&mut self) {
        if self.open {
            self.connection.close_on_drop();
        }
    }
}
