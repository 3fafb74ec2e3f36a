//! The emulator as a program: its command line, its log, its database, how it serves and stops.

pub mod cli;
pub mod log;
pub mod page;
pub mod server;
pub mod start;
pub mod stop;
