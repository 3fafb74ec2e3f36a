//! What every request passes on its way in and out: it gets an id, its body is read within the
//! limits of size and time, and one line in the log tells how it went.

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cometchat_protocol::limits;
use http_body_util::BodyExt;

use crate::emulator::Emulator;
use crate::error::{ApiError, FailureCode};
use crate::fields::Fields;

/// How much of a body that is too large is read and thrown away, so that a client which reads no
/// reply before it has sent everything finds one.
const DRAINED_BYTES: usize = 1024 * 1024;

/// The largest body for the emulator's own routes: an import may hold many users.
pub const CONTROL_BODY_BYTES: usize = 256 * 1024 * 1024;

/// The middleware of the service's routes.
pub async fn api(state: State<Emulator>, request: Request, next: Next) -> Response {
    pass(state, request, next, limits::BODY_BYTES).await
}

/// The middleware of the emulator's own routes.
pub async fn control(state: State<Emulator>, request: Request, next: Next) -> Response {
    pass(state, request, next, CONTROL_BODY_BYTES).await
}

async fn pass(
    State(emulator): State<Emulator>,
    request: Request,
    next: Next,
    limit: usize,
) -> Response {
    let started = Instant::now();
    let id = crate::clock::sequence();
    let method = request.method().clone();
    let path = shown_path(request.uri().path());
    let (parts, body) = request.into_parts();
    let mut response = match read(body, limit, emulator.settings.read_timeout).await {
        Ok(bytes) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Err(error) => {
            let mut response = error.into_response();
            // What is left of the body must not be taken for the next request.
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
            response
        }
    };
    let id = format!("{id:x}");
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    let code = response.extensions().get::<FailureCode>();
    tracing::info!(
        id,
        %method,
        path,
        status = response.status().as_u16(),
        code = code.map(|code| code.0),
        micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    response
}

/// Reads a whole body.
async fn read(body: Body, limit: usize, timeout: Duration) -> Result<Bytes, ApiError> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    tokio::time::timeout(timeout, collect(body, limit))
        .await
        .unwrap_or(Err(ApiError::TooSlow))
}

async fn collect(mut body: Body, limit: usize) -> Result<Bytes, ApiError> {
    let mut first = Bytes::new();
    let mut rest = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Err(ApiError::Malformed(
                "The request body did not arrive as announced.".to_owned(),
            ));
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        length += data.len();
        if length > limit.max(DRAINED_BYTES) {
            break;
        }
        if length > limit {
            continue;
        }
        // Nearly every body comes in one piece, which needs no copy.
        if length == data.len() {
            first = data;
        } else {
            if rest.is_empty() {
                rest.extend_from_slice(&first);
            }
            rest.extend_from_slice(&data);
        }
    }
    if length > limit {
        return Err(ApiError::TooLarge);
    }
    Ok(if rest.is_empty() { first } else { rest.into() })
}

/// A path for the log: an auth token in it is not shown.
pub fn shown_path(path: &str) -> String {
    match path.split_once("/auth_tokens/") {
        Some((before, _)) => format!("{before}/auth_tokens/***"),
        None => path.to_owned(),
    }
}

impl FromRequest<Emulator> for Fields {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Emulator) -> Result<Self, Self::Rejection> {
        // The middleware has read the body within its limits: this is in memory.
        let body = request.into_body().collect().await;
        let body = body.map_err(|_| ApiError::Internal)?.to_bytes();
        Fields::parse(&body)
    }
}
