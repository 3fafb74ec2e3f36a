//! A local server that behaves like CometChat's user API.

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
mod gate;
mod journal;
mod json_object;
pub mod log;
mod masks;
mod me;
pub mod openapi;
pub mod page;
mod path;
pub mod rate_limits;
mod response;
mod roles;
mod route;
mod routes;
mod secret;
mod seed;
pub mod server;
pub mod stop;
mod store;
mod users;
mod validation;
mod whole_number;

pub use emulator::{AppConfig, Config, Emulator};
