//! Keeps foreign pages away from the emulator's own routes. A page on the web can make a browser
//! send requests to this machine; the `Origin` header gives it away. A page whose host name was
//! made to point at this machine has no foreign origin, but the `Host` header gives that away.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::ApiError;

/// Refuses what comes from elsewhere before anything else looks at it.
pub async fn guard(request: Request, next: Next) -> Response {
    if let Err(error) = check(request.headers()) {
        return error.into_response();
    }
    next.run(request).await
}

fn check(headers: &HeaderMap) -> Result<(), ApiError> {
    if let Some(origin) = headers.get(header::ORIGIN) {
        let host = text(origin).and_then(|origin| origin.split_once("://"));
        if !host.is_some_and(|(_, host)| is_local(host)) {
            return Err(ApiError::Foreign("Origin"));
        }
    }
    match headers.get(header::HOST).map(|host| text(host)) {
        Some(Some(host)) if is_local(host) => Ok(()),
        _ => Err(ApiError::Foreign("Host")),
    }
}

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()
}

/// Whether a host, with or without a port, names this machine.
fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name == "[::1]"
        || name
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
}
