//! The WebAssembly client for CometChat's users. What is exported here is called by the npm
//! package's TypeScript and by nothing else: it takes plain JavaScript values, and answers with
//! plain data or a plain failure record, which the package turns into its classes.
//!
//! A call goes one way: `core` (the operation) → `input` (what was given) → `request` → `attempts`
//! (retries) → `transport` (one exchange) → `reply` → data, or `failure`. `session` and `settings` are
//! what a client remembers between calls; `deadline` bounds each call, and `inbox` is where timers,
//! signals and replies reach it.

mod attempts;
mod core;
mod deadline;
mod failure;
mod inbox;
mod input;
mod js;
mod panic;
mod reply;
mod request;
mod session;
mod settings;
mod text;
mod transport;

pub use crate::core::{Core, Operation};
pub use crate::panic::on_panic;

/// Half the size of the default allocator, and as fast for the few short-lived records of a call.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
