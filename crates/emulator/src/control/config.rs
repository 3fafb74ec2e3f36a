//! `GET /__emulator/config`: the apps with their keys, so that a page of this machine finds all that
//! it needs by the emulator's address alone.

use axum::extract::State;
use serde_json::{Value, json};

use crate::emulator::Emulator;
use crate::reply::{self, Reply};
use crate::routes::{Gives, Route};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/config", config, "config", "The apps with their keys")
            .gives(Gives::Data("Config")),
    ]
}

async fn config(State(emulator): State<Emulator>) -> Reply {
    Ok(reply::data(apps(&emulator)))
}

/// The apps that are served, each with its keys.
pub fn apps(emulator: &Emulator) -> Value {
    let apps: Vec<_> = emulator
        .apps
        .all()
        .iter()
        .map(|app| {
            json!({
                "appId": app.id,
                "authKey": app.auth_key(),
                "restApiKey": app.rest_api_key(),
            })
        })
        .collect();
    json!({ "apps": apps })
}
