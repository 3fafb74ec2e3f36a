//! The emulator, asked over HTTP as its clients ask it. Every behaviour is tried in memory and
//! on SQLite, one test each; `on_postgres` tries all of them again on PostgreSQL.

mod harness;

mod auth_tokens;
mod blocked_users;
mod connections;
mod cors;
mod database_file;
mod disk_faults;
mod durability;
mod faults;
mod faulty_vfs;
mod hardening;
mod imports;
mod interrupted;
mod journal;
mod keys;
mod lists;
mod me;
mod on_postgres;
mod openapi;
mod operation;
mod operations;
mod page;
mod postgres_faults;
mod process;
mod rate_limits;
mod resets;
mod roles;
mod secrets;
mod several_processes;
mod snapshots;
mod starting;
mod users;
