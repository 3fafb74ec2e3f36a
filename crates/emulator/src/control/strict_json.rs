//! The body of a request to the emulator's own routes. Unlike the service's, it is read strictly: a
//! mistake in a test's set-up is an error.

use axum::extract::{FromRequest, Request};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use crate::emulator::Emulator;
use crate::error::ApiError;

/// A JSON object, or with `LIST` also a list. An empty body counts as an empty object.
pub struct StrictJson<T, const LIST: bool = false>(pub T);

impl<T: DeserializeOwned, const LIST: bool> FromRequest<Emulator> for StrictJson<T, LIST> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Emulator) -> Result<Self, Self::Rejection> {
        // The middleware has read the body within its limits, so it is in memory.
        let body = request.into_body().collect().await;
        let body = body.map_err(|_| ApiError::Internal)?.to_bytes();
        let text: &[u8] = if body.is_empty() { b"{}" } else { &body };
        // By default, serde reads a list as an object's fields in order.
        if !LIST && text.trim_ascii_start().first() == Some(&b'[') {
            return Err(unfit("it has to be an object"));
        }
        serde_json::from_slice(text).map(StrictJson).map_err(unfit)
    }
}

/// The error for a body that does not fit.
pub fn unfit(why: impl std::fmt::Display) -> ApiError {
    ApiError::Malformed(format!("The request body does not fit: {why}."))
}
