//! The emulator's engine: it answers requests as CometChat's user API does. It has no socket, no
//! database driver, no thread and no timer of its own; its home gives it a [`store::Store`] and a
//! [`host::Host`].

pub mod app;
mod apps;
mod auth;
mod auth_tokens;
mod blocked_users;
mod control;
mod emulator;
pub mod error;
mod faults;
mod gate;
pub mod host;
mod imports;
mod journal;
mod json_object;
mod masks;
mod me;
mod openapi;
mod pagination;
mod path;
pub mod rate_limits;
mod response;
mod roles;
mod route;
mod routes;
mod secret;
mod seed;
pub mod store;
mod users;
mod validation;
mod whole_number;

pub use apps::AuthKeyScope;
pub use control::PAGE_CONFIG;
pub use emulator::{AppConfig, Config, Emulator};
pub use faults::{Ending, LONGEST_WAIT_MS};
