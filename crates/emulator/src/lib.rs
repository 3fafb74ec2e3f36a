//! A local server that behaves like CometChat's user API: a router over a store. The binary adds
//! the command line.

pub mod app;
mod apps;
mod auth;
mod auth_tokens;
pub mod cli;
mod clock;
mod control;
pub mod emulator;
mod error;
mod faults;
mod fields;
mod gate;
mod journal;
mod me;
pub mod openapi;
mod page;
mod path;
pub mod rate_limits;
mod reply;
mod roles;
mod routes;
mod secret;
mod seed;
pub mod server;
mod store;
mod users;
mod validation;

pub use emulator::{AppConfig, Config, Emulator};
