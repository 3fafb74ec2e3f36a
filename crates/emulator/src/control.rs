//! `/__emulator/`: the emulator's own routes, for the one who runs it.

mod config;
mod faults;
mod guard;
mod health;
mod requests;
mod reset;
mod seed;
mod snapshot;

pub use config::apps;
pub use guard::guard;
pub use seed::MOST_MADE_UP;

use axum::extract::{FromRequest, Request};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::routes::Route;
use crate::validation;

pub fn routes() -> Vec<Route> {
    [
        health::routes(),
        config::routes(),
        reset::routes(),
        snapshot::routes(),
        seed::routes(),
        requests::routes(),
        faults::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A body that has to be just so: a mistake in a test's set-up is told, not passed over. It is an
/// object, or where `LIST` says so a list; no body at all counts as an empty object.
pub struct Document<T, const LIST: bool = false>(pub T);

impl<T: DeserializeOwned, const LIST: bool> FromRequest<Emulator> for Document<T, LIST> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Emulator) -> Result<Self, Self::Rejection> {
        // The middleware has read the body within its limits: this is in memory.
        let body = request.into_body().collect().await;
        let body = body.map_err(|_| ApiError::Internal)?.to_bytes();
        let text: &[u8] = if body.is_empty() { b"{}" } else { &body };
        // Left alone, serde would read a list as an object's fields in their order.
        if !LIST && text.trim_ascii_start().first() == Some(&b'[') {
            return Err(unfit("it has to be an object"));
        }
        serde_json::from_slice(text).map(Document).map_err(unfit)
    }
}

/// The reply to a body that is not as it has to be.
fn unfit(why: impl std::fmt::Display) -> ApiError {
    ApiError::Malformed(format!("The request body does not fit: {why}."))
}

/// The app that a request names, or the only one there is, or the first.
fn app_or_first(emulator: &Emulator, named: Option<&str>) -> Result<String, ApiError> {
    match named {
        Some(_) => Ok(apps_or_all(emulator, named)?.swap_remove(0)),
        None => emulator
            .apps
            .all()
            .first()
            .map(|app| app.id.clone())
            .ok_or(ApiError::EmptyAppId),
    }
}

/// The app that a request names, or all.
fn apps_or_all(emulator: &Emulator, named: Option<&str>) -> Result<Vec<String>, ApiError> {
    match named {
        None => Ok(emulator
            .apps
            .all()
            .iter()
            .map(|app| app.id.clone())
            .collect()),
        Some(id) if emulator.apps.get(id).is_some() => Ok(vec![id.to_owned()]),
        Some(_) => Err(unknown_app("appId")),
    }
}

fn unknown_app(path: &str) -> ApiError {
    ApiError::field(path, validation::not_selectable("appId"))
}
