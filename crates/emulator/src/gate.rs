//! The middleware around every request: it assigns an id, reads the body within its limits of size
//! and time, applies rate limits and faults, and adds a line to the log and an entry to the
//! journal.

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cometchat_protocol::limits;
use http_body_util::BodyExt;

use crate::auth;
use crate::emulator::Emulator;
use crate::error::{ApiError, FailureCode};
use crate::faults::{RequestFacts, Verdict, below_version};
use crate::host::Clock;
use crate::journal::Entry;
use crate::json_object::JsonObject;
use crate::path::segment_after;
use crate::rate_limits::IMPORTS;

/// How much of a body that is too large is read and discarded: some clients read the response only
/// once they have sent everything.
const DRAINED_BYTES: usize = 1024 * 1024;

/// The largest body for the emulator's own routes: an import may hold many users.
const CONTROL_BODY_BYTES: usize = 256 * 1024 * 1024;

/// The middleware of the service's routes. Only these have rate limits, faults and a journal.
pub async fn api(State(emulator): State<Emulator>, request: Request, next: Next) -> Response {
    let trace = RequestTrace::begin(&request, &emulator);
    let (parts, body) = request.into_parts();
    let most = match below_version(parts.uri.path()) {
        IMPORTS => limits::IMPORT_BODY_BYTES,
        _ => limits::BODY_BYTES,
    };
    let read = read(&emulator, body, most).await;
    let bytes = read.as_ref().cloned().unwrap_or_default();
    let headers = parts.headers.clone();
    let query = parts.uri.query().map(str::to_owned);
    let mut fault = None;
    let mut response = match read {
        Ok(bytes) => answer(&emulator, parts, bytes, next, &mut fault).await,
        Err(error) => unread(error),
    };
    trace.stamp(&mut response);
    emulator.journal.add(Entry {
        id: trace.id.clone(),
        at: trace.at,
        method: trace.method.clone(),
        path: trace.path.clone(),
        query,
        headers,
        body: bytes,
        status: response.status().as_u16(),
        code: failure_code(&response),
        micros: trace.micros(),
        fault,
    });
    trace.log(&response);
    response
}

/// The middleware of the emulator's own routes.
pub async fn control(State(emulator): State<Emulator>, request: Request, next: Next) -> Response {
    let trace = RequestTrace::begin(&request, &emulator);
    let (parts, body) = request.into_parts();
    let mut response = match read(&emulator, body, CONTROL_BODY_BYTES).await {
        Ok(bytes) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Err(error) => unread(error),
    };
    trace.stamp(&mut response);
    trace.log(&response);
    response
}

/// The response to a body that could not be read. The rest of the body must not be taken for the
/// next request, so the connection is closed.
fn unread(error: ApiError) -> Response {
    let mut response = error.into_response();
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

/// Counts the request, applies faults, and runs the handler.
async fn answer(
    emulator: &Emulator,
    parts: Parts,
    body: Bytes,
    next: Next,
    fired: &mut Option<String>,
) -> Response {
    let path = below_version(parts.uri.path());
    let mut allowance = None;
    if let Some(rate_limits) = &emulator.rate_limits {
        // A request for an unknown app is refused later and counts for no app.
        if let Ok(app) = auth::app(emulator, &parts.headers) {
            match rate_limits.count(&app.id, &parts.method, path, emulator.clock.now()) {
                Ok(counted) => allowance = Some(counted),
                Err(error) => return error.into_response(),
            }
        }
    }
    let verdict = if emulator.faults.any() {
        judge(emulator, &parts, path, &body)
    } else {
        Verdict::default()
    };
    if !verdict.delay.is_zero() {
        // A delay ends early when the server stops.
        let stopping = emulator.stopping.cancelled();
        emulator.clock.within(verdict.delay, stopping).await;
    }
    let request = Request::from_parts(parts, Body::from(body));
    let mut response = match verdict.fault {
        None => next.run(request).await,
        Some((id, action, commit)) => {
            *fired = Some(id);
            let normal = match commit {
                true => Some(next.run(request).await),
                false => None,
            };
            action.reply(normal, emulator.clock.now()).await
        }
    };
    if let Some(allowance) = allowance {
        allowance.write(response.headers_mut());
    }
    response
}

fn judge(emulator: &Emulator, parts: &Parts, path: &str, body: &[u8]) -> Verdict {
    let app = auth::app(emulator, &parts.headers).ok();
    let token = auth::text(&parts.headers, auth::AUTH_TOKEN);
    let in_path = segment_after(path, "users");
    let uid = if !in_path.is_empty() {
        Some(in_path.to_owned())
    } else if path == "/users" {
        let fields = JsonObject::parse(body).unwrap_or_default();
        fields.text("uid").ok().and_then(|uid| uid.value().cloned())
    } else {
        // A token starts with the uid of its user.
        token.and_then(|token| Some(token.rsplit_once('_')?.0.to_owned()))
    };
    emulator.faults.judge(&RequestFacts {
        method: parts.method.as_str(),
        path,
        uid: uid.as_deref(),
        app_id: app.as_ref().map(|app| app.id.as_str()),
    })
}

/// What is logged about a request.
struct RequestTrace<'e> {
    clock: &'e Clock,
    /// In the clock's ticks.
    started: i64,
    id: String,
    /// Milliseconds since 1970.
    at: i64,
    /// Method and path without secrets, as the log and the journal show them.
    method: String,
    path: String,
}

impl<'e> RequestTrace<'e> {
    fn begin(request: &Request, emulator: &'e Emulator) -> Self {
        let (clock, masks) = (&emulator.clock, &emulator.masks);
        let sequence = clock.sequence();
        RequestTrace {
            clock,
            started: clock.ticks(),
            id: format!("{sequence:x}"),
            at: sequence / 1_000,
            method: masks.text(request.method().as_str()).into_owned(),
            path: masks.path(request.uri().path()),
        }
    }

    fn micros(&self) -> u64 {
        u64::try_from(self.clock.ticks() - self.started).unwrap_or_default()
    }

    /// Adds the id under which the log and the journal have this request.
    fn stamp(&self, response: &mut Response) {
        if let Ok(id) = HeaderValue::from_str(&self.id) {
            response.headers_mut().insert("x-request-id", id);
        }
    }

    fn log(&self, response: &Response) {
        tracing::info!(
            id = self.id,
            method = self.method,
            path = self.path,
            status = response.status().as_u16(),
            code = failure_code(response),
            micros = self.micros(),
            "request"
        );
    }
}

fn failure_code(response: &Response) -> Option<&'static str> {
    response
        .extensions()
        .get::<FailureCode>()
        .map(|code| code.0)
}

/// Reads a whole body.
async fn read(emulator: &Emulator, body: Body, limit: usize) -> Result<Bytes, ApiError> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let limit_of_time = emulator.settings.read_timeout;
    let read = emulator.clock.within(limit_of_time, collect(body, limit));
    read.await.unwrap_or(Err(ApiError::TooSlow))
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
        // Nearly every body arrives in one piece, which needs no copy.
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
        return Err(ApiError::TooLarge(limit));
    }
    Ok(if rest.is_empty() { first } else { rest.into() })
}

impl FromRequest<Emulator> for JsonObject {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Emulator) -> Result<Self, Self::Rejection> {
        // The middleware has read the body within its limits, so it is in memory.
        let body = request.into_body().collect().await;
        let body = body.map_err(|_| ApiError::Internal)?.to_bytes();
        JsonObject::parse(&body)
    }
}
