//! `POST /__emulator/reset`: takes one app, or all, back to the initial data. Resetting all apps
//! also clears faults and the journal: the next test starts from nothing.

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::app_ids::apps_or_all;
use super::strict_json::StrictJson;
use crate::emulator::Emulator;
use crate::response::{self, HandlerResult};
use crate::route::{ResponseSchema, Route};
use crate::seed;

pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/reset",
            reset,
            "reset",
            "Take one app, or all, back to the start",
        )
        .request("Reset")
        .response(ResponseSchema::Data("ResetDone")),
    ]
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Reset {
    app_id: Option<String>,
}

async fn reset(
    State(emulator): State<Emulator>,
    StrictJson(request): StrictJson<Reset>,
) -> HandlerResult {
    let ids = apps_or_all(&emulator, request.app_id.as_deref())?;
    let (seed, now) = (emulator.settings.seed, emulator.clock.now());
    let initial = ids.iter().map(|id| seed::initial(id, seed, now));
    emulator.store.import(initial.collect()).await?;
    if request.app_id.is_none() {
        emulator.faults.clear();
        emulator.journal.clear();
    }
    Ok(response::data(json!({ "reset": ids })))
}
