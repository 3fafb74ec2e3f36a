//! `/__emulator/`: the emulator's own routes, for tests and for people.

mod app_ids;
mod config;
mod faults;
mod guard;
mod health;
mod requests;
mod reset;
mod seed;
mod snapshot;
mod strict_json;

pub use config::{PAGE_CONFIG, page_config};
pub use guard::guard;
pub use seed::MAX_GENERATED;

use crate::route::Route;

pub fn routes() -> Vec<Route> {
    [
        health::routes(),
        config::routes(),
        reset::routes(),
        snapshot::routes(),
        seed::routes(),
        requests::routes(),
        faults::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
