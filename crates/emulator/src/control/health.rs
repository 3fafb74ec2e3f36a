//! `GET /__emulator/health`: whether the emulator is there and its database answers.

use axum::extract::State;
use serde_json::json;

use crate::emulator::Emulator;
use crate::reply::{self, Reply};
use crate::routes::{Gives, Route};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/health",
            health,
            "health",
            "Whether the emulator and its database answer",
        )
        .gives(Gives::Data("Health")),
    ]
}

async fn health(State(emulator): State<Emulator>) -> Reply {
    let mut reader = emulator.store.reader().await?;
    sqlx::query("SELECT 1").execute(&mut *reader).await?;
    let apps: Vec<_> = emulator
        .apps
        .all()
        .iter()
        .map(|app| app.id.as_str())
        .collect();
    Ok(reply::data(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "database": emulator.store.backend().name(),
        "apps": apps,
        "uptimeSeconds": emulator.started.elapsed().as_secs(),
    })))
}
