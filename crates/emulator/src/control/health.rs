//! `GET /__emulator/health`: whether the emulator runs and its database can be written and read.

use axum::extract::State;
use serde_json::json;

use crate::emulator::Emulator;
use crate::response::{self, HandlerResult};
use crate::route::{ResponseSchema, Route};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/health",
            health,
            "health",
            "Whether the emulator and its database answer",
        )
        .response(ResponseSchema::Data("Health")),
    ]
}

async fn health(State(emulator): State<Emulator>) -> HandlerResult {
    emulator.store.check().await?;
    let apps: Vec<_> = emulator
        .apps
        .all()
        .iter()
        .map(|app| app.id.as_str())
        .collect();
    Ok(response::data(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "database": emulator.store.kind(),
        "apps": apps,
        "uptimeSeconds": (emulator.clock.ticks() - emulator.started) / 1_000_000,
    })))
}
