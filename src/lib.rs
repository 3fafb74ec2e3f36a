//! The WebAssembly client for CometChat's users. What is exported here is called by the npm
//! package's TypeScript and by nothing else: it takes plain JavaScript values, and answers with
//! plain data or a plain failure record, which the package turns into its classes.
//!
//! A call goes one way: `operations` (one file for each function) → `input` (what was given) →
//! `request` → `attempts` (retries) → `transport` (one exchange) → `response` → data, or `failure`.
//! `server` (a feature) has the operations that need the REST API key; they go the same way.
//! `session` and `settings` are what a client remembers between calls; `deadline` bounds each call.

mod attempts;
mod call;
mod core;
mod deadline;
mod failure;
mod input;
mod js;
mod operations;
mod panic;
mod request;
mod response;
#[cfg(feature = "server")]
mod server;
mod session;
mod settings;
mod text;
mod transport;
mod violations;

pub use crate::core::Core;
pub use crate::panic::on_panic;
#[cfg(feature = "server")]
pub use crate::server::AdminCore;

/// Half the size of the default allocator, and as fast for the few short-lived records of a call.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
