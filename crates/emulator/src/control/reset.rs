//! `POST /__emulator/reset`: takes one app, or all, back to how a new app is. When it is for all,
//! faults and the journal are emptied as well: the next test starts with nothing.

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::{Document, apps_or_all};
use crate::emulator::{Emulator, furnish};
use crate::reply::{self, Reply};
use crate::routes::{Gives, Route};
use crate::store::apps;

pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/reset",
            reset,
            "reset",
            "Take one app, or all, back to the start",
        )
        .takes("Reset")
        .gives(Gives::Data("ResetDone")),
    ]
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Reset {
    app_id: Option<String>,
}

async fn reset(State(emulator): State<Emulator>, Document(asked): Document<Reset>) -> Reply {
    let ids = apps_or_all(&emulator, asked.app_id.as_deref())?;
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
    if asked.app_id.is_none() {
        emulator.faults.clear();
        emulator.journal.clear();
    }
    Ok(reply::data(json!({ "reset": done })))
}
