//! `GET /__emulator/config`: the apps with their keys, so that a page on this machine needs nothing
//! but the emulator's address.

use axum::extract::State;
use serde_json::{Value, json};

use crate::emulator::Emulator;
use crate::response::{self, HandlerResult};
use crate::route::{ResponseSchema, Route};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/config", config, "config", "The apps with their keys")
            .response(ResponseSchema::Data("Config")),
    ]
}

async fn config(State(emulator): State<Emulator>) -> HandlerResult {
    Ok(response::data(apps(&emulator)))
}

/// The apps with their keys.
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
