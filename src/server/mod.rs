//! The server's half of the crate (feature `server`): what can be asked for with the REST API key, each
//! operation in a file of its own. A call goes the same way as one of a page's client, and past the
//! [`limiter`] besides.

mod admin_core;
mod auth_tokens;
mod blocked_users;
mod change_activity;
mod create_user;
mod delete_user;
mod ensure_user;
mod filter;
mod get_user;
mod import_users;
pub mod limiter;
mod list_users;
pub mod rest_key;
mod update_user;

pub use admin_core::AdminCore;
