//! `/__emulator/`: the emulator's own routes, for the one who runs it.

mod guard;
mod health;
mod reset;

pub use guard::guard;

use crate::routes::Route;

pub fn routes() -> Vec<Route> {
    [health::routes(), reset::routes()]
        .into_iter()
        .flatten()
        .collect()
}
