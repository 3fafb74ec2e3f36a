//! The emulator, asked over HTTP as its clients ask it. Every behaviour is tried on SQLite, one
//! test each; `on_postgres` tries all of them again on PostgreSQL.

mod harness;

mod auth_tokens;
mod cors;
mod durability;
mod faults;
mod hardening;
mod journal;
mod keys;
mod lists;
mod me;
mod on_postgres;
mod openapi;
mod operation;
mod page;
mod rate_limits;
mod resets;
mod roles;
mod several_processes;
mod snapshots;
mod users;
