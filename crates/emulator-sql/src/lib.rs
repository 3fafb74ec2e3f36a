//! The emulator's store on SQLite or PostgreSQL, with the same statements for both.
//!
//! Reads take a connection from the pool. Writes go through the [`writer`]. The statements on a
//! table are in its module.

mod activation;
mod apps;
mod backend;
mod batch;
mod blocks;
mod change;
mod database;
mod database_url;
mod failed;
mod file;
mod lease;
mod lists;
mod open;
mod roles;
mod schema;
mod sql;
mod store;
mod token;
mod tokens;
mod totals;
mod transaction;
mod user;
mod users;
mod writer;

pub use store::SqlStore;
