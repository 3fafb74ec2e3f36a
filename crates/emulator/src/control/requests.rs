//! `/__emulator/requests`: the journal of what clients sent.

use axum::extract::{RawQuery, State};
use serde_json::json;

use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::journal::REMEMBERED;
use crate::response::{self, HandlerResult};
use crate::route::{ResponseSchema, Route};
use crate::validation;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/requests",
            list,
            "listRequests",
            "The last requests, oldest first",
        )
        .query(&["limit"])
        .response(ResponseSchema::List("Request")),
        Route::delete("/requests", clear, "clearRequests", "Forget the requests")
            .response(ResponseSchema::Data("Cleared")),
    ]
}

async fn list(State(emulator): State<Emulator>, RawQuery(query): RawQuery) -> HandlerResult {
    let query = query.unwrap_or_default();
    let mut limit = REMEMBERED;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name == "limit" {
            limit = value
                .parse::<u32>()
                .ok()
                .filter(|limit| *limit > 0)
                .and_then(|limit| usize::try_from(limit).ok())
                .ok_or_else(|| ApiError::field("limit", validation::format("limit")))?;
        }
    }
    Ok(response::data(
        emulator.journal.list(limit, &emulator.masks),
    ))
}

async fn clear(State(emulator): State<Emulator>) -> HandlerResult {
    emulator.journal.clear();
    Ok(response::data(json!({ "cleared": true })))
}
