//! `GET /__emulator/config`: the apps with their keys, so that a page on this machine needs nothing
//! but the emulator's address. The demo page finds the same at an address of its own.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::emulator::Emulator;
use crate::response::{self, HandlerResult};
use crate::route::{ResponseSchema, Route};

/// Where the demo page looks for the server to connect to. A file of this name in its folder is for
/// other web hosts.
pub const PAGE_CONFIG: &str = "/config.json";

/// The `config.json` of a page that belongs to this emulator.
pub async fn page_config(State(emulator): State<Emulator>) -> Response {
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    (no_store, Json(apps(&emulator))).into_response()
}

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
fn apps(emulator: &Emulator) -> Value {
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
