//! What a client can be asked to do, each operation in a file of its own: what it reads, what it
//! sends, and what its success means for the session. Each has the name of the package's function and is a
//! method of [`Core`](crate::core::Core), but for `validateUser`, which needs no client.

pub mod create_user;
mod get_logged_in_user;
mod get_user;
mod login;
mod logout;
mod update_current_user_details;
mod update_user;
mod validate_user;
