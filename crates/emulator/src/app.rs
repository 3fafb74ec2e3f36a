//! Puts the router together: the service's routes under both of their versions, the emulator's
//! own, the demo page if there is one, and what answers everything else.

use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, Method, Uri};
use axum::middleware;
use axum::routing;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};

use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::{auth, control, gate, page, routes};

/// The router over an emulator.
pub fn router(emulator: Emulator) -> Router {
    let api = Router::new()
        .merge(routes::api().router())
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(emulator.clone(), gate::api))
        .layer(cors());
    let mut own = routes::control().router();
    if emulator.settings.page.is_some() {
        own = own.route(page::CONFIG, routing::get(page::config));
    }
    let own = own
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(
            emulator.clone(),
            gate::control,
        ))
        .layer(middleware::from_fn_with_state(
            emulator.clone(),
            control::guard,
        ));
    let open = routes::open().router().layer(cors());
    let all = own.merge(open).merge(api).with_state(emulator.clone());
    match &emulator.settings.page {
        Some(page) => all.layer(middleware::from_fn_with_state(page.clone(), page::serve)),
        None => all,
    }
}

/// Any page may call the service's routes, as on the service.
fn cors() -> CorsLayer {
    let asked = [
        auth::APP_ID,
        auth::API_KEY,
        auth::AUTH_TOKEN,
        auth::ON_BEHALF_OF,
        "accept",
        "content-type",
        "resource",
        "sdk",
    ];
    let shown = [
        "retry-after",
        "x-rate-limit",
        "x-rate-limit-remaining",
        "x-rate-limit-reset",
        "x-request-id",
    ];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers(asked.map(HeaderName::from_static))
        .expose_headers(shown.map(HeaderName::from_static))
        .allow_private_network(true)
        .max_age(Duration::from_secs(24 * 60 * 60))
}

async fn unknown(uri: Uri) -> ApiError {
    let first = uri.path().split('/').nth(1).unwrap_or_default();
    let is_version = first
        .strip_prefix('v')
        .is_some_and(|number| number.starts_with(|digit: char| digit.is_ascii_digit()));
    if is_version && first != "v3" && first != "v3.0" {
        ApiError::UnknownVersion(first.to_owned())
    } else {
        ApiError::UnknownRoute
    }
}

/// A defect of ours is answered like any other failure, and the process lives on.
fn panicked(_: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    axum::response::IntoResponse::into_response(ApiError::Internal)
}
