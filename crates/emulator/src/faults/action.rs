//! What a fault does to a request, and the response that it makes.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cometchat_protocol::envelope::{ErrorBody, Failure};
use serde::{Deserialize, Serialize};

use crate::error::{ApiError, FailureCode, RateLimited};
use crate::whole_number::whole;

/// What a fault does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum FaultAction {
    /// An error in the service's envelope.
    Error {
        #[serde(default = "server_error", deserialize_with = "whole")]
        status: u16,
        #[serde(default = "exception")]
        code: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<BTreeMap<String, Vec<String>>>,
    },
    /// A 429 with `Retry-After` (seconds) and the service's other headers.
    RateLimit {
        #[serde(default = "retry_after", deserialize_with = "whole")]
        retry_after: u32,
    },
    /// Waits, then continues with the next rules.
    Delay {
        #[serde(deserialize_with = "whole")]
        ms: u32,
    },
    /// Closes the connection without a response.
    Drop {},
    /// The first half of a response, in a complete HTTP message.
    Truncated {},
    /// Text that looks like JSON but is not.
    InvalidJson {
        #[serde(default = "ok", deserialize_with = "whole")]
        status: u16,
    },
    /// An HTML page, such as a proxy sends.
    Html {
        #[serde(default = "bad_gateway", deserialize_with = "whole")]
        status: u16,
    },
    /// An empty body.
    Empty {
        #[serde(default = "ok", deserialize_with = "whole")]
        status: u16,
    },
    /// The first half of a response, then nothing for ten minutes or until the server stops.
    Stall {},
    /// Any other response.
    Reply {
        #[serde(deserialize_with = "whole")]
        status: u16,
        #[serde(default)]
        body: String,
        #[serde(default = "json")]
        content_type: String,
    },
}

fn server_error() -> u16 {
    500
}

fn exception() -> String {
    "ERR_EXCEPTION".to_owned()
}

fn retry_after() -> u32 {
    15
}

fn ok() -> u16 {
    200
}

fn bad_gateway() -> u16 {
    502
}

fn json() -> String {
    "application/json".to_owned()
}

/// The longest that a client is kept waiting, in milliseconds.
pub const LONGEST_WAIT_MS: u32 = 600_000;

/// Marks a response that does not reach the client as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Nothing is sent: the connection closes instead.
    Hangup,
    /// The body is shorter than its `Content-Length`, and nothing follows until the server stops, for
    /// [`LONGEST_WAIT_MS`] at most.
    Stall,
}

/// The response for `Truncated` and `Stall` if the request was not carried out.
const STAND_IN: &[u8] = br#"{"data":{"uid":"cometchat-uid-1","name":"Andrew Joseph"}}"#;

impl FaultAction {
    /// The fault's response. `normal` is the request's own response, if it was carried out.
    pub async fn reply(self, normal: Option<Response>, now: i64) -> Response {
        match self {
            FaultAction::Error {
                status,
                code,
                message,
                details,
            } => {
                let message =
                    message.unwrap_or_else(|| "A fault that was set on purpose.".to_owned());
                let body = Failure {
                    error: ErrorBody {
                        code,
                        dev_message: Some(message.clone()),
                        message,
                        source: Some("chat-api".to_owned()),
                        details,
                    },
                };
                let mut response = (self::status(status), Json(body)).into_response();
                response.extensions_mut().insert(FailureCode("(fault)"));
                response
            }
            FaultAction::RateLimit { retry_after } => ApiError::TooMany(RateLimited {
                limit: cometchat_protocol::limits::CORE_OPERATIONS_PER_MINUTE,
                retry_after: retry_after.into(),
                reset: now.saturating_add(retry_after.into()),
            })
            .into_response(),
            // The delay is over, and there is no response.
            FaultAction::Delay { .. } => normal.unwrap_or_else(|| StatusCode::OK.into_response()),
            FaultAction::Drop {} => {
                let mut response = StatusCode::OK.into_response();
                response.extensions_mut().insert(Ending::Hangup);
                response
            }
            FaultAction::Truncated {} => {
                let (status, bytes) = bytes(normal).await;
                let half = bytes.slice(..bytes.len() / 2);
                typed(status, "application/json", Body::from(half))
            }
            FaultAction::InvalidJson { status } => typed(
                self::status(status),
                "application/json",
                Body::from(r#"{"data": oops"#),
            ),
            FaultAction::Html { status } => typed(
                self::status(status),
                "text/html",
                Body::from("<html><body><h1>502 Bad Gateway</h1></body></html>"),
            ),
            FaultAction::Empty { status } => self::status(status).into_response(),
            FaultAction::Stall {} => {
                let (status, bytes) = bytes(normal).await;
                let length = HeaderValue::from(bytes.len());
                let half = bytes.slice(..bytes.len() / 2);
                let mut response = typed(status, "application/json", Body::from(half));
                response
                    .headers_mut()
                    .insert(header::CONTENT_LENGTH, length);
                response.extensions_mut().insert(Ending::Stall);
                response
            }
            FaultAction::Reply {
                status,
                body,
                content_type,
            } => typed(self::status(status), &content_type, Body::from(body)),
        }
    }
}

async fn bytes(normal: Option<Response>) -> (StatusCode, Bytes) {
    let Some(normal) = normal else {
        return (StatusCode::OK, Bytes::from_static(STAND_IN));
    };
    let status = normal.status();
    let body = axum::body::to_bytes(normal.into_body(), usize::MAX).await;
    (status, body.unwrap_or_default())
}

fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn typed(status: StatusCode, content_type: &str, body: Body) -> Response {
    let mut response = (status, body).into_response();
    if let Ok(value) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}
