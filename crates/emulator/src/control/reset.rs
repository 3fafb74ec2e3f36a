//! `POST /__emulator/reset`: takes one app, or all, back to how a new app is.

use axum::extract::State;
use cometchat_protocol::Given;
use serde_json::json;

use crate::emulator::{Emulator, furnish};
use crate::error::ApiError;
use crate::fields::Fields;
use crate::reply::{self, Reply};
use crate::routes::Route;
use crate::store::apps;
use crate::validation;

pub fn routes() -> Vec<Route> {
    vec![Route::post("/reset", reset)]
}

async fn reset(State(emulator): State<Emulator>, fields: Fields) -> Reply {
    let ids = chosen(&emulator, fields.text("appId")?)?;
    let (seed, done) = (emulator.settings.seed, ids.clone());
    emulator
        .store
        .write(move |connection| {
            Box::pin(async move {
                for id in &ids {
                    apps::clear(connection, id).await?;
                    furnish(connection, id, seed).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(reply::data(json!({ "reset": done })))
}

/// The app that a request names, or all.
fn chosen(emulator: &Emulator, given: Given<String>) -> Result<Vec<String>, ApiError> {
    match given {
        Given::Absent => Ok(emulator
            .apps
            .all()
            .iter()
            .map(|app| app.id.clone())
            .collect()),
        Given::Value(id) if emulator.apps.get(&id).is_some() => Ok(vec![id]),
        Given::Value(_) => Err(ApiError::field(
            "appId",
            validation::not_selectable("appId"),
        )),
        Given::Mistyped => Err(ApiError::field("appId", validation::not_text("appId"))),
    }
}
