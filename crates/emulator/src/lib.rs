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
mod fields;
mod gate;
mod me;
mod path;
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
