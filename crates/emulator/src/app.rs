//! Builds the router: the service's routes under both versions, the emulator's own routes, the demo
//! page's configuration if there is a page, and the fallback.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderName, Method, Uri};
use axum::middleware;
use axum::routing;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};

use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::{auth, control, gate, routes};

/// The OpenAPI document of an emulator.
pub fn openapi_document() -> Bytes {
    routes::built_document()
}

/// The router of an emulator.
pub fn router(emulator: Emulator) -> Router {
    router_with_document(emulator, openapi_document)
}

/// The same where the OpenAPI document was made before, without what makes it.
pub fn router_with_document(emulator: Emulator, document: fn() -> Bytes) -> Router {
    let api = Router::new()
        .merge(routes::api().router())
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(emulator.clone(), gate::api))
        .layer(cors());
    let mut own = routes::control().router();
    if emulator.settings.page {
        own = own.route(control::PAGE_CONFIG, routing::get(control::page_config));
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
    let public = routes::public(document).router().layer(cors());
    own.merge(public).merge(api).with_state(emulator)
}

/// Any page may call the service's routes, as with the service itself.
fn cors() -> CorsLayer {
    let request_headers = [
        auth::APP_ID,
        auth::API_KEY,
        auth::AUTH_TOKEN,
        auth::ON_BEHALF_OF,
        "accept",
        "content-type",
        "resource",
        "sdk",
    ];
    let response_headers = [
        "retry-after",
        "x-rate-limit",
        "x-rate-limit-remaining",
        "x-rate-limit-reset",
        "x-request-id",
    ];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers(request_headers.map(HeaderName::from_static))
        .expose_headers(response_headers.map(HeaderName::from_static))
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

/// A panic is answered like any other failure, and the process goes on.
fn panicked(_: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    axum::response::IntoResponse::into_response(ApiError::Internal)
}
