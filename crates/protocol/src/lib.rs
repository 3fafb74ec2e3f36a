//! CometChat's user API as data: the user record, its limits and rules, the error codes, the
//! endpoints. No I/O and no JavaScript here: the client and the emulator both build on this crate,
//! so that a limit of the service is written down once.

#[cfg(feature = "server")]
pub mod admin;
pub mod codes;
pub mod draft;
pub mod endpoint;
pub mod envelope;
mod http;
pub mod limits;
pub mod user;
pub mod validate;

pub use draft::{Given, UserDraft};
pub use endpoint::{Endpoint, Host};
pub use http::Method;
pub use user::{Editable, Field, FieldType, UserRecord};
pub use validate::{BrokenRule, Violation, Write};
